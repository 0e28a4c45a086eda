import { beforeEach, expect, test, vi } from 'vitest'
import type { SyncRequest } from '../../../pwa/src/contract/wire.ts'
import { findingId } from '../../../pwa/src/core/ids.ts'
import { type AnyRow, blankRow, withValue } from '../../../pwa/src/core/rows.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { recordCheck, startInspection, submit, writeNote } from '../../../pwa/src/inspections/acts.ts'
import { getInspection } from '../../../pwa/src/inspections/queries.ts'
import { Engine, type Round } from '../../../pwa/src/sync/engine.ts'
import { settleCarried } from '../../../pwa/src/sync/settle.ts'
import { FakeServer, html, problem } from '../fakeServer.ts'
import { phoneOf, reopened } from '../phone.ts'

const PASS = { result: 'pass' as const }
const FAIL = { result: 'fail' as const }

let store: Store
let server: FakeServer

beforeEach(async () => {
  store = await phoneOf()
  server = new FakeServer()
})

const engineOf = (of: Store, at = server) =>
  new Engine({ store: of, post: at.post, now: () => 1_800_000_000_000, app: 'test' })

/** Rounds until nothing more is to be done, or the last one of `most`. */
async function drain(engine: Engine, most = 30): Promise<Round> {
  let round: Round = { next: 'again' }
  for (let left = most; left > 0 && round.next === 'again'; left--) round = await engine.round()
  return round
}

const waiting = (of: Store) => of.outbox.changes.orderBy('n').toArray()
const sentNumbers = () => server.requests.map((request) => request.changes.map((change) => change.n))

async function inspected(): Promise<string> {
  const id = await startInspection({ branch: 'b', standard: 's' })
  await recordCheck(id, 'ETI-4', 'ETI-4.a', FAIL)
  await writeNote(id, 'ETI-4', '两人')
  return id
}

test('what is saved is sent in order, answered, and shown from the confirmed row', async () => {
  const id = await inspected()
  expect(await drain(engineOf(store))).toEqual({ next: 'idle' })
  expect(sentNumbers()[0]).toEqual([1, 2, 3])
  expect(await waiting(store)).toEqual([])
  expect(await store.outbox.settled.where('landed').equals(1).count()).toBe(3)
  const row = (await store.cache.rows.get(['finding', findingId(id, 'ETI-4')]))?.row
  expect(row).toMatchObject({ checks: { 'ETI-4.a': FAIL }, by: { 'checks.ETI-4.a': [[17, 2]] } })
})

test('the first request asks for everything and holds nothing', async () => {
  await engineOf(store).round()
  expect(server.requests[0]).toMatchObject({ v: 1, device: 17, epoch: null, cursor: null, audiences: [], fill: {} })
})

test('a lost reply costs nothing: the same changes are sent again, byte by byte, and applied once', async () => {
  await inspected()
  server.faults = ['lose']
  const engine = engineOf(store)
  expect(await engine.round()).toMatchObject({ next: 'fail', reached: false })
  expect(await waiting(store)).toHaveLength(3)
  await drain(engine)
  expect(server.requests[1]?.changes).toEqual(server.requests[0]?.changes)
  expect(server.log.size).toBe(3)
  expect(await waiting(store)).toEqual([])
})

test('an edit between a request and its reply is a change of its own and is never overwritten', async () => {
  const id = await inspected()
  const engine = engineOf(store)
  server.faults = ['lose']
  await engine.round()
  await recordCheck(id, 'ETI-4', 'ETI-4.a', PASS)
  await drain(engine)
  expect([...server.log.keys()]).toEqual([1, 2, 3, 4])
  expect((await store.cache.rows.get(['finding', findingId(id, 'ETI-4')]))?.row).toMatchObject({
    checks: { 'ETI-4.a': PASS },
  })
})

test('edits of one field that were never sent are one change', async () => {
  const id = await inspected()
  for (const text of ['柜', '柜台', '柜台两人']) await writeNote(id, 'ETI-4', text)
  const changes = await waiting(store)
  expect(changes.map((change) => change.n)).toEqual([1, 2, 3])
  expect(Object.values(changes[2]?.set ?? {})[0]?.[0]).toBe('柜台两人')
})

test('a submission in between keeps edits apart', async () => {
  const id = await inspected()
  await submit({ id, seen: 4 }, { total: 900, vetoes: [] })
  await writeNote(id, 'ETI-4', '后来')
  expect((await waiting(store)).map((change) => change.act ?? 'edit')).toEqual([
    'edit',
    'edit',
    'edit',
    'submit',
    'edit',
  ])
})

test('a refusal is kept and shown, and the queue goes on', async () => {
  const id = await inspected()
  server.judge = (change) => (change.n === 2 ? { outcome: 'refused', code: 'locked' } : {})
  await drain(engineOf(store))
  expect(await waiting(store)).toEqual([])
  expect(await store.outbox.refused.toArray()).toMatchObject([{ n: 2, device: 17, code: 'locked', root: id }])
  expect(await store.outbox.settled.count()).toBe(2)
})

test.each([
  ['a captive portal', html(200)],
  ['half a reply', { kind: 'ok', status: 200, body: { v: 1, epoch: 3, ack: 2 } }],
  [
    'rows of a wrong shape',
    { kind: 'ok', status: 200, body: { v: 1, epoch: 3, ack: 9, cursor: 1, time: 1, rows: [] } },
  ],
  ['a list', { kind: 'ok', status: 200, body: [] }],
  ['nothing', { kind: 'ok', status: 200, body: null }],
] as const)('%s is noise: nothing is settled, nothing is lost', async (_name, answer) => {
  await inspected()
  server.faults = [() => answer as never]
  const engine = engineOf(store)
  expect(await engine.round()).toMatchObject({ next: 'fail' })
  expect(await waiting(store)).toHaveLength(3)
  expect((await store.cache.syncState()).cursor).toBeNull()
  await drain(engine)
  expect(await waiting(store)).toEqual([])
})

test.each([
  [401, 'unauthenticated'],
  [401, 'device_revoked'],
  [403, 'account_disabled'],
  [403, 'password_change_required'],
  [403, 'wrong_device'],
] as const)('%i %s pauses and clears nothing', async (status, code) => {
  await inspected()
  server.faults = [() => problem(status, code)]
  expect(await engineOf(store).round()).toEqual({ next: 'pause', code })
  expect(await waiting(store)).toHaveLength(3)
})

test('429 and 503 wait as long as the server says', async () => {
  await inspected()
  server.faults = [() => problem(429, 'too_many_tries', {}, 7000), () => problem(503, 'unavailable', {}, 9000)]
  const engine = engineOf(store)
  expect(await engine.round()).toEqual({ next: 'fail', reached: true, wait: 7000 })
  expect(await engine.round()).toEqual({ next: 'fail', reached: true, wait: 9000 })
  expect(await waiting(store)).toHaveLength(3)
})

test('a batch that is too large is halved until it passes', async () => {
  const id = await startInspection({ branch: 'b', standard: 's' })
  for (let item = 0; item < 15; item++) await recordCheck(id, `I-${item}`, `I-${item}.a`, PASS)
  const tooLarge = (request: { changes: unknown[] }) =>
    request.changes.length > 4 ? problem(413, 'too_large') : undefined
  server.faults = [tooLarge, tooLarge, tooLarge]
  await drain(engineOf(store))
  expect(server.requests.slice(0, 3).map((request) => request.changes.length)).toEqual([16, 8, 4])
  expect(await waiting(store)).toEqual([])
  expect([...server.log.keys()]).toEqual(Array.from({ length: 16 }, (_, index) => index + 1))
})

test('one change that no server can read is refused on the phone, and the others move up', async () => {
  const id = await inspected()
  const note = (request: { changes: { set?: object }[] }) =>
    request.changes.some((change) => JSON.stringify(change).includes('两人')) ? problem(400, 'bad_request') : undefined
  server.faults = Array.from({ length: 12 }, () => note as never)
  await recordCheck(id, 'ETI-4', 'ETI-4.b', PASS)
  await drain(engineOf(store))
  expect(await waiting(store)).toEqual([])
  expect(await store.outbox.refused.toArray()).toMatchObject([{ code: 'bad_request', root: id }])
  expect([...server.log.keys()]).toEqual([1, 2, 3])
  expect((await store.outbox.numbers())?.next).toBe(4)
})

test('when even an empty request is turned away no change is to blame', async () => {
  await startInspection({ branch: 'b', standard: 's' })
  server.faults = Array.from({ length: 4 }, () => () => problem(400, 'bad_request'))
  const engine = engineOf(store)
  expect(await drain(engine)).toMatchObject({ next: 'fail' })
  expect(await engine.round()).toMatchObject({ next: 'fail' })
  expect(await store.outbox.refused.count()).toBe(0)
  expect(await waiting(store)).toHaveLength(1)
  expect(await engine.round()).toMatchObject({ next: 'fail' })
  await drain(engine)
  expect(await waiting(store)).toEqual([])
})

test('409 gap sends again what the server lacks, at once', async () => {
  await inspected()
  await drain(engineOf(store))
  server.ack = 1
  server.log.clear()
  const id = await startInspection({ branch: 'c', standard: 's' })
  expect(await drain(engineOf(store))).toEqual({ next: 'idle' })
  expect(sentNumbers().slice(-2)).toEqual([[4], [2, 3, 4]])
  expect(server.ack).toBe(4)
  expect(await getInspection(id)).toBeDefined()
})

test('409 device_fork pauses for a new device number and keeps everything', async () => {
  await inspected()
  server.faults = [() => problem(409, 'device_fork', { n: 1 })]
  expect(await engineOf(store).round()).toEqual({ next: 'pause', code: 'device_fork' })
  expect(await store.outbox.meta.get('forked')).toBe(true)
  expect(await waiting(store)).toHaveLength(3)
})

test('two leaders do no harm', async () => {
  const id = await inspected()
  const [one, two] = [engineOf(store), engineOf(store)]
  await Promise.all([one.round(), two.round()])
  await recordCheck(id, 'ENV-0', 'ENV-0.a', PASS)
  await Promise.all([drain(one), drain(two)])
  expect(await waiting(store)).toEqual([])
  expect([...server.log.keys()]).toEqual([1, 2, 3, 4])
  expect((await store.cache.syncState()).cursor).toBe(server.clock)
})

test('a restored server gets what it lost, whatever had become of it', async () => {
  await inspected()
  server.judge = (change) => (change.n === 3 ? { outcome: 'refused', code: 'locked' } : {})
  await drain(engineOf(store))
  server.epoch = 4
  server.ack = 1
  for (const n of [2, 3]) server.log.delete(n)
  server.clock = 1
  await drain(engineOf(store))
  expect(server.ack).toBe(3)
  expect(await store.outbox.refused.toArray()).toMatchObject([{ n: 3 }])
  expect((await store.cache.syncState()).epoch).toBe(4)
})

test('a reply of a lower epoch is ignored, its receipts too: what it settled was lost by the restore', async () => {
  await inspected()
  await drain(engineOf(store))
  server.epoch = 4
  await drain(engineOf(store))
  const held = await store.cache.rows.count()
  server.epoch = 3
  const id = await startInspection({ branch: 'c', standard: 's' })
  const told = vi.fn()
  const old = new Engine({ store, post: server.post, now: () => 1, app: 'test', onReply: told })
  expect(await old.round()).toEqual({ next: 'fail', reached: true, wait: null })
  expect(told).not.toHaveBeenCalled()
  expect((await waiting(store)).map((change) => change.n)).toEqual([4])
  expect(await store.cache.rows.count()).toBe(held)
  expect((await store.cache.syncState()).epoch).toBe(4)
  server.restore(3)
  server.epoch = 5
  await drain(engineOf(store))
  expect([...server.log.keys()]).toEqual([1, 2, 3, 4])
  expect(await getInspection(id)).toBeDefined()
})

test('an old reply that comes after the news of a restore settles nothing', async () => {
  await inspected()
  const carried = await waiting(store)
  await store.outbox.meta.put(4, 'epoch')
  const receipt = { device: 17, carried, ack: 3, results: [] }
  await settleCarried(store.outbox, { ...receipt, epoch: 3 }, 5)
  await settleCarried(store.outbox, { ...receipt, epoch: 4, device: 16 }, 5)
  expect(await waiting(store)).toHaveLength(3)
  await settleCarried(store.outbox, { ...receipt, epoch: 4 }, 5)
  expect(await waiting(store)).toEqual([])
})

test('an ack beyond the batch settles the batch alone: a refusal behind it is not taken for applied', async () => {
  const id = await inspected()
  await drain(engineOf(store))
  for (const [index, result] of [PASS, FAIL, PASS, FAIL].entries()) {
    await recordCheck(id, 'ENV-0', `ENV-0.${index}`, result)
  }
  server.judge = (change) => (change.n === 6 ? { outcome: 'refused', code: 'locked' } : {})
  // The whole batch is thought lost, a smaller one follows, and the server takes the whole one first after all.
  const late = () => {
    const [whole] = server.requests.slice(-2)
    if (whole) void server.post(whole)
    return undefined
  }
  server.faults = [() => problem(413, 'too_large'), late]
  expect(await drain(engineOf(store))).toEqual({ next: 'idle' })
  expect(sentNumbers().slice(1, 3)).toEqual([
    [4, 5, 6, 7],
    [4, 5],
  ])
  expect(server.ack).toBe(7)
  expect(await waiting(store)).toEqual([])
  expect(await store.outbox.refused.toArray()).toMatchObject([{ n: 6, code: 'locked' }])
  expect((await store.outbox.settled.toArray()).map((change) => change.n)).toEqual([1, 2, 3, 4, 5, 7])
  const row = (await store.cache.rows.get(['finding', findingId(id, 'ENV-0')]))?.row
  expect(row).toMatchObject({ checks: { 'ENV-0.0': PASS, 'ENV-0.1': FAIL, 'ENV-0.3': FAIL } })
  expect(row).not.toMatchObject({ checks: { 'ENV-0.2': PASS } })
})

test('what no request carries but a rescue file has brought is settled, and its number goes to nothing else', async () => {
  await inspected()
  await store.outbox.meta.put({ device: 17, next: 4, sent: 3 }, 'numbers')
  server.ack = 2
  const said = { epoch: 3, settled: 2, results: [{ n: 2, outcome: 'refused', code: 'locked' }], photos: [], file: 1 }
  const answer = () => new Response(JSON.stringify(said), { headers: { 'Content-Type': 'application/json' } })
  vi.stubGlobal('fetch', async () => answer())
  const tooLarge = (request: SyncRequest) => (request.changes[0]?.n === 1 ? problem(413, 'too_large') : undefined)
  server.faults = Array<typeof tooLarge>(6).fill(tooLarge)
  expect(await drain(engineOf(store))).toEqual({ next: 'idle' })
  vi.unstubAllGlobals()
  expect(sentNumbers().at(-1)).toEqual([3])
  expect(await store.outbox.settled.orderBy('[device+n]').keys()).toEqual([
    [17, 1],
    [17, 3],
  ])
  expect(await store.outbox.refused.toArray()).toMatchObject([{ n: 2, code: 'locked' }])
  expect(await store.outbox.numbers()).toMatchObject({ next: 4 })
})

test('what a row has already, with later work of others on top, is not folded into it again', async () => {
  const id = await inspected()
  await drain(engineOf(store))
  const finding = findingId(id, 'ETI-4')
  const held = async () => (await store.cache.rows.get(['finding', finding]))?.row
  const [path] = Object.keys((await held())?.by ?? {}).filter((name) => name.startsWith('notes.'))
  await writeNote(id, 'ETI-4', '三人')
  // Another phone writes over it at once; the row comes with the first of two pages, so the own word waits to land.
  const overwrite = (request: SyncRequest) => {
    void server.post(request)
    const { row } = server.feed.get(finding) ?? {}
    if (!row || !path) throw new Error('the finding is not there')
    server.put('finding', { ...withValue(row, path, '四人'), by: { ...row.by, [path]: [[18, 1]] } })
    server.put('inspection', { ...blankRow('inspection', 'other'), by: {} } as AnyRow)
    server.page = 1
    return undefined
  }
  server.faults = [overwrite]
  await engineOf(store).round()
  expect(await held()).toMatchObject({ by: { [path ?? '']: [[18, 1]] } })
  server.page = 1000
  await recordCheck(id, 'ETI-4', 'ETI-4.b', PASS)
  await engineOf(store).round()
  expect(await held()).toEqual(server.feed.get(finding)?.row)
})

test('an app that is too old still hands in its work', async () => {
  await inspected()
  server.faults = [
    () => {
      server.ack = 3
      return { kind: 'ok', status: 200, body: { v: 1, epoch: 3, ack: 3, cursor: 5, time: 1, upgrade: true } } as never
    },
  ]
  const told = vi.fn()
  const engine = new Engine({ store, post: server.post, now: () => 1, app: 'old', onReply: told })
  expect(await engine.round()).toEqual({ next: 'idle' })
  expect(told).toHaveBeenCalledWith(expect.objectContaining({ upgrade: true }))
  expect(await waiting(store)).toEqual([])
  expect((await store.cache.syncState()).cursor).toBeNull()
})

test('the outbox outlives the page, whenever it is killed', async () => {
  const id = await inspected()
  server.faults = ['lose']
  await engineOf(store).round()
  const again = reopened(store)
  expect(await waiting(again)).toHaveLength(3)
  expect((await getInspection(id))?.findings.get('ETI-4')?.row?.checks['ETI-4.a']).toEqual(FAIL)
  await recordCheck(id, 'ETI-4', 'ETI-4.a', PASS)
  await drain(engineOf(again))
  expect([...server.log.keys()]).toEqual([1, 2, 3, 4])
})
