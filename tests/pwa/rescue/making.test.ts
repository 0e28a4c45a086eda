import 'fake-indexeddb/auto'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Store } from '../../../pwa/src/database/open.ts'
import type { KeptPhoto } from '../../../pwa/src/database/outbox.ts'
import { headOf } from '../../../pwa/src/rescue/bringing.ts'
import { type Bytes, Container } from '../../../pwa/src/rescue/container.ts'
import { keepKeys } from '../../../pwa/src/rescue/keys.ts'
import { lotOf, lotToCarry, makeFile, nameOf } from '../../../pwa/src/rescue/making.ts'
import { lacking } from '../../../pwa/src/sync/again.ts'
import { wireOf } from '../../../pwa/src/sync/batch.ts'
import vector from '../../server/rescue/vectors/version-1.json'
import { phoneOf } from '../phone.ts'

let store: Store
type Entry = Record<string, unknown>
let entries: Entry[]

const change = (n: number) => ({ n, at: n, type: 'task', id: `t${n}`, root: 't', act: 'claim' })
const photo = (id: string, more: Partial<KeptPhoto> = {}): KeptPhoto => ({
  id,
  finding: 'f',
  root: 'r',
  added_at: 1,
  sha256: `full ${id}`,
  preview_sha256: `preview ${id}`,
  bytes: 3,
  preview_bytes: 1,
  uploads: {},
  ...more,
})

const standIn = (n: number) => {
  return { n, at: 0, type: 'inspection', id: '00000000-0000-0000-0000-000000000000', act: 'withdrawn' }
}

async function everything(): Promise<unknown> {
  const { changes, settled, refused, photos, photo_bytes, meta } = store.outbox
  return Promise.all([changes, settled, refused, photos, photo_bytes, meta].map((table) => table.toArray()))
}

beforeEach(async () => {
  store = await phoneOf()
  entries = []
  const add = Container.prototype.add
  vi.spyOn(Container.prototype, 'add').mockImplementation(function (this: Container, entry: object, data?: Bytes) {
    entries.push(data ? { ...entry, data: [...data] } : { ...entry })
    return add.call(this, entry, data)
  })
})

const answerWith = (body: object) =>
  vi.stubGlobal(
    'fetch',
    async () => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } }),
  )

async function filled(): Promise<void> {
  const { outbox } = store
  const answered = { device: 17, settled_at: 1, landed: 1, outcome: 'applied' } as const
  await outbox.settled.put({ ...change(2), ...answered })
  await outbox.refused.put({ ...change(3), device: 17, refused_at: 2, code: 'locked' })
  await outbox.refused.put({ ...change(4), device: 17, refused_at: 2, code: 'locked', discarded_at: 3 })
  await outbox.changes.bulkPut([change(5), change(6)])
  await outbox.meta.put({ device: 17, next: 7, sent: 5 }, 'numbers')
  await outbox.photos.bulkPut([
    photo('a'),
    photo('b', { uploads: { preview: { done_at: 1 } } }),
    photo('done', { uploads: { full: { done_at: 1 } } }),
    photo('taken-back', { dropped_at: 1 }),
    photo('torn', { lost_at: 1 }),
  ])
  const bytes = (id: string, size: 'full' | 'preview') => ({ id, size, data: Uint8Array.of(1, 2, 3).buffer })
  await outbox.photo_bytes.bulkPut([bytes('a', 'preview'), bytes('a', 'full'), bytes('done', 'full')])
}

test('a file holds what waits, what was refused and what a restored server may lack; the phone stays as it is', async () => {
  await filled()
  answerWith(vector.keys)
  await keepKeys(store)
  const before = JSON.stringify(await everything())
  const lot = await lotOf(store)
  expect([lot.photos, lot.bytes, lot.keys]).toEqual([2, 7, vector.keys])
  const far: number[] = []
  const { file, missing } = await makeFile(store, lot, null, '1.0.0', (done) => far.push(done))
  expect(JSON.stringify(await everything())).toBe(before)
  const { root: _root, ...wire } = change(5)
  expect(entries).toEqual([
    { kind: 'about', cursor: null, app: '1.0.0' },
    { kind: 'kept', change: { n: 2, at: 2, type: 'task', id: 't2', act: 'claim' } },
    // what was refused stays refused: its number is used up and nothing else
    { kind: 'kept', change: standIn(3) },
    { kind: 'kept', change: standIn(4) },
    { kind: 'change', change: wire },
    { kind: 'change', change: { ...wire, n: 6, at: 6, id: 't6' } },
    expect.objectContaining({ kind: 'refused', code: 'locked', change: expect.objectContaining({ n: 3 }) }),
    { kind: 'photo', id: 'a', size: 'preview', sha256: 'preview a', bytes: 3, data: [1, 2, 3] },
    { kind: 'photo', id: 'a', size: 'full', sha256: 'full a', bytes: 3, data: [1, 2, 3] },
    { kind: 'end', changes: 2, kept: 3, refused: 1, photos: 2 },
  ])
  // the bytes of one are gone: it is told, and the others are carried all the same
  expect([missing, far.at(-1)]).toEqual([1, 7])
  expect(await headOf(file)).toEqual({ way: 'office', device: 17, made_at: lot.at })
})

test('a picture the server could not open is carried: it lies nowhere else', async () => {
  const uploads = { preview: { done_at: 1 } }
  await store.outbox.photos.bulkPut([
    photo('flawed', { lost_at: 1, flaw: 'bad_image', uploads }),
    photo('done-without', { lost_at: 1, flaw: 'bad_image', dropped_at: 2 }),
  ])
  expect((await lotOf(store)).pictures).toEqual([{ id: 'flawed', size: 'full', sha256: 'full flawed', bytes: 3 }])
})

test('a phone that never had the keys makes a file with a code, which proves nothing', async () => {
  await filled()
  answerWith({ ...vector.keys, device: 18 })
  await keepKeys(store)
  const lot = await lotOf(store)
  expect(lot.keys).toBeNull()
  const { file } = await makeFile(store, lot, 'abcd-efgh-jkmn-pqrs', '1.0.0', () => {})
  const [line = '{}'] = (await file.slice(0, 4096).text()).split('\n')
  expect(JSON.parse(line)).toMatchObject({ way: 'code', sealed: false, office: null, rounds: 600_000 })
})

test('what stands for a number is the same whatever is asked for beside it: a server compares it', async () => {
  await filled()
  const { outbox } = store
  const [whole, tail] = await Promise.all([lacking(outbox, 17, 1), lacking(outbox, 17, 4)])
  expect(whole.filter(({ n }) => n !== 2).map(wireOf)).toEqual([standIn(1), standIn(3), standIn(4)])
  expect(tail.map(wireOf)).toEqual([standIn(4)])
  // the same words as the server's own, where it finds the work under another number
  expect(standIn(4)).toEqual({ ...standIn(3), n: 4 })
})

test('after years of use a file holds the last of what was taken, and not more than a server reads', async () => {
  await filled()
  const { outbox } = store
  await outbox.changes.clear()
  await outbox.changes.bulkPut([change(200_001), change(200_002)])
  await outbox.meta.put({ device: 17, next: 200_003, sent: 200_001 }, 'numbers')
  const numbers = (await lotOf(store)).kept.map(({ n }) => n)
  expect([numbers.length, numbers[0], numbers.at(-1)]).toEqual([20_000, 180_001, 200_000])
})

test('what a file carries is not rewritten any more: a correction is a change of its own', async () => {
  await filled()
  expect((await lotToCarry(store)).changes.map(({ n }) => n)).toEqual([5, 6])
  expect(await store.outbox.numbers()).toEqual({ device: 17, next: 7, sent: 6 })
  await store.outbox.changes.clear()
  await lotToCarry(store)
  expect(await store.outbox.numbers(), 'nothing is taken back').toEqual({ device: 17, next: 7, sent: 6 })
})

test('no answer takes the keys away', async () => {
  answerWith(vector.keys)
  expect(await keepKeys(store)).toBe(true)
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')))
  expect(await keepKeys(store), 'they are asked for again').toBe(false)
  answerWith({ code: 'unauthenticated' })
  await keepKeys(store)
  expect((await lotOf(store)).keys).toEqual(vector.keys)
})

test('another file is none of ours, and a name tells the device and the minute', async () => {
  expect(await headOf(new Blob(['PK\u0003\u0004']))).toBeNull()
  expect(await headOf(new Blob(['{"format":"other"}\n']))).toBeNull()
  expect(await headOf(new Blob([]))).toBeNull()
  expect(nameOf(17, Date.UTC(2026, 10, 23, 6, 5))).toMatch(/^xunfang-17-2026-11-2\d-\d{4}\.xunfang$/)
})
