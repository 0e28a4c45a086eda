import { beforeEach, expect, test } from 'vitest'
import { findingId } from '../../../pwa/src/core/ids.ts'
import { heldOutbox, outboxNow, readWithin } from '../../../pwa/src/database/held.ts'
import { remembered } from '../../../pwa/src/database/memory.ts'
import { atCommit } from '../../../pwa/src/database/mutations.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { actOn, passRest, recordCheck, startInspection, writeNote } from '../../../pwa/src/inspections/acts.ts'
import { getInspection } from '../../../pwa/src/inspections/queries.ts'
import { Engine } from '../../../pwa/src/sync/engine.ts'
import { FakeServer } from '../fakeServer.ts'
import { phoneOf } from '../phone.ts'

const PASS = { result: 'pass' as const }
const FAIL = { result: 'fail' as const }
const CHECKS = ['ETI-4.a', 'ETI-4.b', 'ETI-4.c']

let store: Store
let id: string

beforeEach(async () => {
  store = await phoneOf()
  id = await startInspection({ branch: 'b', standard: 's' })
  await opened()
})

/** What an open screen does: from then on a tap needs nothing from the disk. */
async function opened(): Promise<void> {
  await outboxNow(store.outbox)
  await getInspection(id)
}

/** Writes as another tab does whose word has not come through yet. */
async function elsewhere(write: (changes: IDBObjectStore, meta: IDBObjectStore) => void): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(store.outbox.name)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  await new Promise<void>((resolve, reject) => {
    const transaction = database.transaction(['changes', 'meta'], 'readwrite')
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
    write(transaction.objectStore('changes'), transaction.objectStore('meta'))
  })
  database.close()
}

const answers = async () => (await getInspection(id))?.findings.get('ETI-4')?.row?.checks

test('after a tap this tab holds what the disk holds, and did not read it back', async () => {
  await recordCheck(id, 'ETI-4', 'ETI-4.a', FAIL)
  const held = heldOutbox(store.outbox)
  expect(held?.waiting).toHaveLength(2)
  expect(held).toEqual(await readWithin(store.outbox))
  expect(await answers()).toEqual({ 'ETI-4.a': FAIL })
})

test('at every step of a working day what is held is what is on disk', async () => {
  const server = new FakeServer()
  const engine = new Engine({ store, post: server.post, now: () => 1, app: 'test' })
  let seed = 20_261_123
  const dice = (sides: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * sides)
  }
  let fast = 0
  const check = () => CHECKS[dice(3)] ?? 'ETI-4.a'
  const steps = [
    () => recordCheck(id, 'ETI-4', check(), dice(2) ? PASS : FAIL),
    () => recordCheck(id, 'ETI-4', check(), dice(2) ? PASS : FAIL),
    () => writeNote(id, 'ETI-4', `${dice(9)}`),
    () => passRest(id, 'ETI-4', CHECKS),
    () => engine.round(),
    () => Promise.all([recordCheck(id, 'ETI-4', check(), PASS), engine.round()]),
    () => Promise.all(CHECKS.map((one) => recordCheck(id, 'ETI-4', one, dice(2) ? PASS : FAIL))),
  ]
  for (let step = 0; step < 120; step++) {
    await steps[dice(steps.length)]?.()
    const held = heldOutbox(store.outbox)
    const disk = await readWithin(store.outbox)
    if (held) fast += 1
    expect({ ...(held ?? disk), sent: 0 }).toEqual({ ...disk, sent: 0 })
    const { next } = (await store.outbox.numbers()) ?? {}
    expect(disk.next).toBe(next)
    await opened()
  }
  expect(fast).toBeGreaterThan(30)
})

test('a number another tab has taken meanwhile is not taken twice', async () => {
  await elsewhere((changes, meta) => {
    changes.add({ n: 2, at: 1, type: 'inspection', id, root: id, set: { remark: ['theirs'] } })
    meta.put({ device: 17, next: 3, sent: 0 }, 'numbers')
  })
  await recordCheck(id, 'ETI-4', 'ETI-4.a', FAIL)
  const changes = await store.outbox.changes.orderBy('n').toArray()
  expect(changes.map(({ n }) => n)).toEqual([1, 2, 3])
  expect(changes[1]?.set).toEqual({ remark: ['theirs'] })
  expect(await store.outbox.numbers()).toEqual({ device: 17, next: 4, sent: 0 })
  expect((await getInspection(id))?.inspection.remark).toBe('theirs')
})

test('a change that another tab has just begun to send stays as it was sent', async () => {
  await recordCheck(id, 'ETI-4', 'ETI-4.a', FAIL)
  const before = await store.outbox.changes.get(2)
  await recordCheck(id, 'ETI-4', 'ETI-4.b', FAIL)
  const sending = await store.outbox.changes.get(3)
  await elsewhere((_changes, meta) => meta.put({ device: 17, next: 4, sent: 3 }, 'numbers'))
  await recordCheck(id, 'ETI-4', 'ETI-4.b', PASS)
  expect(await store.outbox.changes.get(2)).toEqual(before)
  expect(await store.outbox.changes.get(3)).toEqual(sending)
  expect((await store.outbox.changes.get(4))?.set?.['checks.ETI-4.b']).toEqual([PASS, [17, 3]])
  expect(await store.outbox.numbers()).toEqual({ device: 17, next: 5, sent: 3 })
})

test('taps faster than the disk keep their order and their numbers', async () => {
  const taps = [FAIL, PASS, FAIL, PASS, FAIL].map((answer, index) =>
    recordCheck(id, 'ETI-4', CHECKS[index % 3] ?? '', answer),
  )
  await Promise.all([...taps, actOn({ id, seen: 0 }, 'submit', {})])
  const changes = await store.outbox.changes.orderBy('n').toArray()
  expect(changes.map(({ n }) => n)).toEqual(changes.map((_, index) => index + 1))
  expect(changes.at(-1)?.act).toBe('submit')
  expect(await answers()).toEqual({ 'ETI-4.a': PASS, 'ETI-4.b': FAIL, 'ETI-4.c': FAIL })
})

test('whoever hears of a commit finds nothing in memory from before it', async () => {
  const { cache, outbox } = store
  const heard: unknown[] = []
  const ends = [1, 2].map(() =>
    atCommit([outbox.photos, cache.state], () => {
      heard.push(heldOutbox(outbox), remembered(cache, `inspection ${id}`))
    }),
  )
  await getInspection(id)
  expect(remembered(cache, `inspection ${id}`)).toBeDefined()
  await cache.transaction('rw', cache.tables, () => cache.turnPage())
  await outboxNow(outbox)
  await outbox.photos.clear()
  for (const end of ends) end()
  expect(heard).toHaveLength(8)
  expect([heard[1], heard[3], heard[4], heard[6]]).toEqual([undefined, undefined, undefined, undefined])
})

test('what could not be written is not shown, and the next tap is not held up by it', async () => {
  await recordCheck(id, 'ETI-4', 'ETI-4.a', FAIL)
  let dead = true
  store.outbox.use({
    stack: 'dbcore',
    name: 'full',
    create: (core) => ({
      ...core,
      table: (name) => {
        const table = core.table(name)
        return {
          ...table,
          mutate: (request) => {
            if (dead) throw new DOMException('full', 'QuotaExceededError')
            return table.mutate(request)
          },
        }
      },
    }),
  })
  store.outbox.close({ disableAutoOpen: false })
  await store.outbox.open()
  await expect(recordCheck(id, 'ETI-4', 'ETI-4.b', FAIL)).rejects.toMatchObject({ name: 'StorageFull' })
  expect(await answers()).toEqual({ 'ETI-4.a': FAIL })
  expect(heldOutbox(store.outbox)?.waiting ?? []).not.toContainEqual(
    expect.objectContaining({ set: expect.objectContaining({ 'checks.ETI-4.b': expect.anything() }) }),
  )
  dead = false
  await recordCheck(id, 'ETI-4', 'ETI-4.c', PASS)
  expect(await answers()).toEqual({ 'ETI-4.a': FAIL, 'ETI-4.c': PASS })
  expect((await store.outbox.changes.toArray()).map((change) => change.id)).toContain(findingId(id, 'ETI-4'))
})

test('what the engine noted as sent since this tab looked stays noted', async () => {
  await elsewhere((_, meta) => meta.put({ device: 17, next: 2, sent: 1 }, 'numbers'))
  await recordCheck(id, 'ETI-4', 'ETI-4.a', FAIL)
  expect(await store.outbox.numbers()).toEqual({ device: 17, next: 3, sent: 1 })
})
