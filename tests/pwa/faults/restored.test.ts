import { beforeEach, expect, test, vi } from 'vitest'
import type { Change } from '../../../pwa/src/contract/wire.ts'
import { findingId } from '../../../pwa/src/core/ids.ts'
import type { Row } from '../../../pwa/src/core/rows.ts'
import { perform } from '../../../pwa/src/database/gesture.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { renumber } from '../../../pwa/src/database/renumber.ts'
import { recordCheck, startInspection, writeNote } from '../../../pwa/src/inspections/acts.ts'
import { getInspection } from '../../../pwa/src/inspections/queries.ts'
import { afterRestoreWithout } from '../../../pwa/src/sync/again.ts'
import { Engine } from '../../../pwa/src/sync/engine.ts'
import { retryAsNew } from '../../../pwa/src/sync/refused.ts'
import { standing } from '../../../pwa/src/sync/standing.ts'
import { uploadsDue } from '../../../pwa/src/sync/uploads.ts'
import { FakeServer } from '../fakeServer.ts'
import { phoneOf, reopened, rowFrom } from '../phone.ts'
import { disk, isDead, revive, underEverything } from './disk.ts'

underEverything()

const FAIL = { result: 'fail' as const }
const DAY = 24 * 3600 * 1000

let store: Store
let server: FakeServer
let now: number
let inspection: string

beforeEach(async () => {
  disk(null)
  for (const word of ['warn', 'debug'] as const) vi.spyOn(console, word).mockImplementation(() => undefined)
  store = await phoneOf()
  server = new FakeServer()
  // Like a real one: an act it does not know is refused, and nothing else happens.
  server.judge = (change) =>
    change.act === 'withdrawn' ? { outcome: 'refused', code: 'unknown_act' } : refuses(change)
  now = 1_800_000_000_000
  inspection = await startInspection({ branch: 'b', standard: 's' })
  await recordCheck(inspection, 'ETI-4', 'ETI-4.a', FAIL)
  await recordCheck(inspection, 'SHUT', 'SHUT.a', FAIL)
  await writeNote(inspection, 'ETI-4', '两人')
})

let refuses: (change: Change) => object = () => ({})
beforeEach(() => {
  refuses = (change) =>
    JSON.stringify(change.set ?? {}).includes('SHUT') ? { outcome: 'refused', code: 'locked' } : {}
})

const engineOf = (of: Store) => new Engine({ store: of, post: server.post, now: () => now, app: 'test' })

async function drain(engine = engineOf(store)): Promise<void> {
  for (let left = 20; left > 0; left--) if ((await engine.round()).next !== 'again') return
  throw new Error('it does not come to rest')
}

const note = async () => (await getInspection(inspection))?.findings.get('ETI-4')?.row?.notes[store.person]

test('a restored server gets what it lacks, under the numbers it had, without a tap', async () => {
  await drain()
  server.restore(0)
  await drain()
  expect([...server.log.keys()]).toEqual([1, 2, 3, 4])
  expect([...server.feed.values()].map(({ type }) => type).sort()).toEqual(['finding', 'inspection'])
  expect(await note()).toBe('两人')
  expect(await store.cache.syncState()).toMatchObject({ epoch: 4, cursor: server.clock })
  expect(await store.outbox.changes.count()).toBe(0)
})

test('what was refused stays refused, though the restored server would take it now', async () => {
  await drain()
  refuses = () => ({})
  server.restore(0)
  await drain()
  expect(server.log.get(3)?.content).not.toContain('SHUT')
  expect((await standing(store)).refused).toMatchObject([{ code: 'locked' }])
  expect([...server.feed.values()].some(({ row }) => JSON.stringify(row).includes('SHUT'))).toBe(false)
})

test('what was refused and sent anew comes once, and its old number holds nobody up', async () => {
  await drain()
  refuses = () => ({})
  await retryAsNew([17, 3])
  await drain()
  server.restore(1)
  await drain()
  expect([...server.log.keys()]).toEqual([1, 2, 3, 4, 5])
  const sent = [...server.log.values()].filter(({ content }) => content.includes('SHUT.a'))
  expect(sent).toHaveLength(1)
  expect((await standing(store)).refused).toEqual([])
})

test('changes older than a month are no longer here; the later ones are sent all the same', async () => {
  await drain()
  now += 31 * DAY
  await recordCheck(inspection, 'ENV-2', 'ENV-2.a', FAIL)
  await drain()
  await drain()
  expect(await store.outbox.settled.count()).toBe(1)
  server.restore(0)
  await drain()
  expect([...server.log.keys()]).toEqual([1, 2, 3, 4, 5])
  expect(server.log.get(5)?.content).toContain('ENV-2.a')
  expect(await store.outbox.changes.count()).toBe(0)
})

test('work that waits when the server is restored follows what is sent again', async () => {
  await drain()
  await writeNote(inspection, 'ETI-4', '后来')
  server.restore(2)
  await drain()
  expect([...server.log.keys()]).toEqual([1, 2, 3, 4, 5])
  expect(await note()).toBe('后来')
})

test('an answer names the own older ones, shown or passed over: judged anew by a restored server they win nothing', async () => {
  const path = 'checks.ETI-4.a'
  const theirs = async (n: number) => {
    const row = server.feed.get(findingId(inspection, 'ETI-4'))?.row as Row<'finding'>
    const checks = { ...row.checks, 'ETI-4.a': { result: 'pass' as const } }
    server.put('finding', { ...row, checks, by: { ...row.by, [path]: [[18, n]] } })
    await drain()
  }
  const named = async () => {
    await recordCheck(inspection, 'ETI-4', 'ETI-4.a', FAIL)
    const { n, set } = (await store.outbox.changes.toArray()).at(-1) ?? {}
    const [, ...bases] = set?.[path] ?? []
    await drain()
    return `${n}: ${bases.join(' ')}`
  }
  await drain()
  await theirs(1)
  refuses = () => ({ outcome: 'held', code: 'late_evidence' })
  expect(await named()).toBe('5: 18,1 17,2')
  await theirs(2)
  refuses = () => ({})
  expect(await named()).toBe('6: 18,2 17,5 18,1 17,2')
  await theirs(3)
  await getInspection(inspection) // what an open screen does: the next tap is decided on what is held
  refuses = () => ({ outcome: 'refused', code: 'locked' })
  expect(await named()).toBe('7: 18,3 17,6 18,2 17,5 18,1 17,2')
  store = reopened(store)
  expect(await named()).toBe('8: 18,3 17,6 18,2 17,5 18,1 17,2')
})

test('a page that dies at any write of that round sends again all the same, and shows nothing going backwards', async () => {
  await drain()
  let write = 1
  for (let struck = true; struck; write++) {
    server.restore(1)
    disk({ write, dies: 'before' })
    await drain().catch(() => undefined)
    struck = isDead()
    revive()
    store = reopened(store)
    expect(await note()).toBe('两人')
    await drain()
    expect([...server.log.keys()]).toEqual([1, 2, 3, 4])
    expect(await store.outbox.changes.count()).toBe(0)
  }
  expect(write).toBeGreaterThan(6)
})

test('a server that no longer knows the device number gets everything under the new one', async () => {
  await drain()
  server.restore(0)
  await afterRestoreWithout(store.outbox, 17, server.epoch)
  await renumber(store.outbox, 21)
  await drain()
  expect((await store.outbox.settled.toArray()).map(({ device, n }) => [device, n])).toEqual([
    [21, 1],
    [21, 2],
    [21, 3],
  ])
  expect(await note()).toBe('两人')
  expect((await standing(store)).refused).toMatchObject([{ code: 'locked' }])
})

test('another device number without a restore brings nothing twice', async () => {
  await drain()
  await afterRestoreWithout(store.outbox, 17, server.epoch)
  expect(await store.outbox.changes.count()).toBe(0)
})

const photo = (id: string, values: object) => ({
  ...{ id, finding: 'f', root: inspection, added_at: 1, sha256: 'a', preview_sha256: 'b', bytes: 9, preview_bytes: 1 },
  uploads: { full: { done_at: 1 }, preview: { done_at: 1 } },
  ...values,
})

test('pictures that a restored server lacks are wanted again; those it has are not', async () => {
  await drain()
  await store.outbox.photos.bulkPut([
    photo('p-sent', {}),
    photo('p-released', { released_at: 5 }),
    photo('p-stored', { released_at: 5 }),
  ])
  server.restore(4)
  for (const id of ['p-sent', 'p-released'])
    server.put('photo', rowFrom('photo', id, 1, { of: { type: 'finding', id: 'f' } }))
  server.put('photo', rowFrom('photo', 'p-stored', 1, { of: { type: 'finding', id: 'f' }, stored_at: 7 }))
  await drain()
  const { jobs } = await uploadsDue(store, now)
  expect(new Set(jobs.map((job) => job.photo.id))).toEqual(new Set(['p-sent', 'p-released']))
})

test('a picture whose record the restored server lacks too is wanted again once that is there', async () => {
  const of = { type: 'finding', id: findingId(inspection, 'ETI-4') }
  await perform({ root: inspection, reads: [], decide: () => [{ type: 'photo', id: 'p-late', set: { of } }] })
  await drain()
  await store.outbox.photos.put(photo('p-late', {}))
  server.restore(4)
  await drain()
  expect(server.feed.get('p-late')).toBeDefined()
  const { jobs } = await uploadsDue(store, now)
  expect(jobs.map((job) => [job.photo.id, job.size])).toEqual([
    ['p-late', 'preview'],
    ['p-late', 'full'],
  ])
})

test('a picture whose record is refused when it comes again stays here, and goes out with it when it is sent anew', async () => {
  const of = { type: 'finding', id: findingId(inspection, 'ETI-4') }
  await perform({ root: inspection, reads: [], decide: () => [{ type: 'photo', id: 'p-homeless', set: { of } }] })
  await drain()
  await store.outbox.photos.put(photo('p-homeless', {}))
  await store.outbox.photo_bytes.put({ id: 'p-homeless', size: 'full', data: new ArrayBuffer(9) })
  server.restore(4)
  // what it belongs to has not come again yet: a colleague's phone is still away
  refuses = (change) => (change.type === 'photo' ? { outcome: 'refused', code: 'unknown_record' } : {})
  await drain()
  await drain()
  const refused = (await standing(store)).refused.find(({ code }) => code === 'unknown_record')
  expect(refused).toMatchObject({ record: 'p-homeless' })
  expect(await store.outbox.photo_bytes.count()).toBe(1)
  refuses = () => ({})
  await retryAsNew(refused?.id ?? [0, 0])
  await drain()
  const { jobs } = await uploadsDue(store, now)
  expect(jobs.map((job) => [job.photo.id, job.size])).toEqual([
    ['p-homeless', 'preview'],
    ['p-homeless', 'full'],
  ])
})

test('after half a year away the cache fills anew, for nobody remembers any more what has gone', async () => {
  await drain()
  server.put('task', rowFrom('task', 'old', 1, { branch: 'b' }))
  await drain()
  server.feed.delete('old')
  server.time += 181 * DAY
  await recordCheck(inspection, 'ENV-2', 'ENV-2.a', FAIL)
  await drain()
  expect(await store.cache.rows.get(['task', 'old'])).toBeUndefined()
  expect((await getInspection(inspection))?.findings.get('ENV-2')?.row?.checks['ENV-2.a']).toEqual(FAIL)
  expect(await store.outbox.changes.count()).toBe(0)
  expect(await store.cache.syncState()).toMatchObject({ cursor: server.clock })
})
