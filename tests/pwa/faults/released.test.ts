import Dexie from 'dexie'
import { expect, test } from 'vitest'
import { findingId } from '../../../pwa/src/core/ids.ts'
import { type Store, storeOf, useStoreOf } from '../../../pwa/src/database/open.ts'
import { recordCheck } from '../../../pwa/src/inspections/acts.ts'
import { getInspection } from '../../../pwa/src/inspections/queries.ts'
import { Engine } from '../../../pwa/src/sync/engine.ts'
import { standing } from '../../../pwa/src/sync/standing.ts'
import { uploadsDue } from '../../../pwa/src/sync/uploads.ts'
import { FakeServer } from '../fakeServer.ts'
import { somebody } from '../phone.ts'

/** The schemas of every release, as they were: this list only grows. */
const RELEASED = [
  {
    version: 1,
    outbox: {
      changes: 'n, [type+id], root',
      settled: '[device+n], landed, outcome, [type+id], root, settled_at',
      refused: '[device+n], root',
      photos: 'id, finding, root',
      photo_bytes: '[id+size]',
      meta: '',
    },
    cache: { rows: '[type+id], type, parent, open', packs: '[type+number], type', state: '' },
  },
]

const ID = '018f0000-0000-7000-8000-000000000001'
const PASS = { result: 'pass' as const }
const SHUT = findingId(ID, 'SHUT-1')
type Release = (typeof RELEASED)[number]

const change = (n: number, type: string, id: string, body: object) => ({ n, at: n, type, id, root: ID, ...body })
const answered = { device: 17, root: 'older', type: 'inspection', id: 'older', at: 1 }
const bytes = (...of: number[]) => new Uint8Array(of).buffer

/** Everything a phone may have in its outbox: waiting alone and in a group, answered in every way, pictures half sent. */
function fullOutbox() {
  const finding = findingId(ID, 'ETI-4')
  const kept = { finding, root: ID, added_at: 5, sha256: 'a', preview_sha256: 'b', bytes: 3, preview_bytes: 1 }
  const half = { preview: { done_at: 6 }, full: { url: '/api/uploads/u', tries: 2, next_at: 9 } }
  const settled = (n: number, landed: 0 | 1, outcome: string, more = {}) => {
    return { ...answered, n, set: {}, settled_at: 1, landed, outcome, ...more }
  }
  const decided = { status: 'dismissed', by: 'sue', at: 4, reason: '晚了' }
  return {
    changes: [
      change(7, 'inspection', ID, { set: { branch: ['b'], standard: ['s'], started_at: [3] } }),
      change(8, 'finding', finding, { set: { inspection: [ID], item: ['ETI-4'], 'checks.ETI-4.a': [PASS, [17, 1]] } }),
      change(9, 'finding', SHUT, { set: { inspection: [ID], item: ['SHUT-1'] }, group: 9 }),
      change(10, 'photo', 'p', { set: { of: [{ type: 'finding', id: SHUT }], sha256: ['a'] }, group: 9 }),
      change(11, 'inspection', ID, { act: 'submit', with: { shown: { total: 900, vetoes: [] } }, seen: 4 }),
    ],
    settled: [
      settled(1, 1, 'applied'),
      settled(2, 0, 'superseded'),
      settled(3, 0, 'conflict', { code: 'concurrent_edit', field: 'remark' }),
      settled(4, 1, 'held', { code: 'late_evidence', decided }),
    ],
    refused: [
      { ...answered, n: 5, act: 'submit', refused_at: 1, code: 'stale_view', changed: [['finding', 'f', 3]] },
      { ...answered, n: 6, act: 'void', refused_at: 1, code: 'locked', discarded_at: 2 },
      { ...answered, n: -1, set: {}, refused_at: 1, code: 'too_large' },
    ],
    photos: [
      { id: 'p', ...kept, uploads: half },
      { id: 'q', ...kept, uploads: { preview: { done_at: 1 }, full: { done_at: 2 } }, released_at: 3 },
      { id: 'r', ...kept, uploads: {}, lost_at: 4, flaw: 'bad_picture' },
    ],
    photo_bytes: [
      { id: 'p', size: 'full', data: bytes(1, 2, 3) },
      { id: 'p', size: 'preview', data: bytes(4) },
      { id: 'q', size: 'preview', data: bytes(5) },
    ],
  }
}

const META = {
  numbers: { device: 17, next: 12, sent: 6 },
  device: 17,
  epoch: 3,
  acked: { device: 17, ack: 6 },
  received_at: 1_700_000_000_000,
}

/** The databases of a phone of that release, with work of every kind in them, and closed. */
async function leftBehind(release: Release, person: string): Promise<void> {
  const outbox = new Dexie(`outbox-${person}`)
  outbox.version(release.version).stores(release.outbox)
  for (const [table, rows] of Object.entries(fullOutbox())) await outbox.table(table).bulkAdd(rows)
  for (const [key, value] of Object.entries(META)) await outbox.table('meta').put(value, key)
  outbox.close()
  const cache = new Dexie(`cache-${person}`)
  cache.version(release.version).stores(release.cache)
  const row = { id: 'older', rev: 4, by: {}, branch: 'b', remark: null }
  await cache.table('rows').add({ type: 'inspection', id: 'older', rev: 4, parent: 'b', row })
  const state = { epoch: 3, cursor: 4, audiences: ['everyone'], fill: {}, clock_offset: 0, replied_at: 1 }
  await cache.table('state').put(state, 'sync')
  cache.close()
}

async function opened(release: Release): Promise<Store> {
  const person = somebody()
  await leftBehind(release, person)
  useStoreOf(person)
  return storeOf(person)
}

const engineOf = (store: Store, server: FakeServer) =>
  new Engine({ store, post: server.post, now: () => 2_000, app: 'test' })

/** A server that settled six changes of this phone. */
function serverOfThen(): FakeServer {
  const server = new FakeServer()
  server.ack = 6
  server.clock = 4
  return server
}

const schemaOf = (database: Dexie) =>
  Object.fromEntries(
    database.tables.map(({ name, schema }) => [
      name,
      [schema.primKey, ...schema.indexes].map(({ src }) => src).join(', '),
    ]),
  )

test('the schema in use is the last of the list: whoever changes it adds a step', async () => {
  const store = await opened(RELEASED.at(-1) ?? raise())
  await Promise.all([store.outbox.open(), store.cache.open()])
  const { version, outbox, cache } = RELEASED.at(-1) ?? raise()
  expect([store.outbox.verno, store.cache.verno]).toEqual([version, version])
  expect(schemaOf(store.outbox)).toEqual(outbox)
  expect(schemaOf(store.cache)).toEqual(cache)
})

test.each(RELEASED)('the step from schema $version leaves nothing of a full outbox out', async (release) => {
  const { outbox } = await opened(release)
  const byKey = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort()
  for (const [name, rows] of Object.entries(fullOutbox())) {
    expect(byKey(await outbox.table(name).toArray()), name).toEqual(byKey(rows))
  }
  const pictures = await outbox.photo_bytes.toArray()
  expect(pictures.map(({ id, size, data }) => [id, size, ...new Uint8Array(data)])).toEqual([
    ['p', 'full', 1, 2, 3],
    ['p', 'preview', 4],
    ['q', 'preview', 5],
  ])
  for (const [key, value] of Object.entries(META)) expect(await outbox.meta.get(key), key).toEqual(value)
})

test.each(RELEASED)('a phone of schema $version opens with a full outbox, works on, and drains', async (release) => {
  const store = await opened(release)
  expect((await getInspection(ID))?.findings.get('ETI-4')?.row?.checks['ETI-4.a']).toEqual(PASS)
  expect(await standing(store)).toMatchObject({
    waiting: { changes: 5, photos: 1 },
    counts: { phone: 11, server: 6 },
    lost: [{ id: 'r', code: 'bad_picture' }],
  })
  expect((await standing(store)).refused.map(({ code }) => code).sort()).toEqual(['stale_view', 'too_large'])
  await recordCheck(ID, 'ETI-4', 'ETI-4.b', PASS)
  const server = serverOfThen()
  const engine = engineOf(store, server)
  for (let left = 10; left > 0 && (await engine.round()).next === 'again'; left--);
  expect([...server.log.keys()]).toEqual([7, 8, 9, 10, 11, 12])
  expect(server.requests[0]?.changes.slice(2, 4).map(({ group }) => group)).toEqual([9, 9])
  expect(await store.outbox.changes.count()).toBe(0)
  expect((await uploadsDue(store, 10)).jobs.map(({ photo, size }) => [photo.id, size])).toEqual([['p', 'full']])
  expect((await standing(store)).refused.map(({ code }) => code).sort()).toEqual(['stale_view', 'too_large'])
})

test.each(RELEASED)('a phone of schema $version whose app is too old to read hands everything in', async (release) => {
  const store = await opened(release)
  const server = serverOfThen()
  const engine = new Engine({ store, post: tooOldFor(server), now: () => 2_000, app: '0.0.1' })
  for (let left = 10; left > 0 && (await engine.round()).next === 'again'; left--);
  expect([...server.log.keys()]).toEqual([7, 8, 9, 10, 11])
  expect(await store.outbox.changes.count()).toBe(0)
  expect(await store.cache.syncState()).toMatchObject({ epoch: 3, cursor: 4, audiences: ['everyone'] })
  expect((await getInspection(ID))?.findings.get('ETI-4')?.row?.checks['ETI-4.a']).toEqual(PASS)
  for (let left = 10; left > 0 && (await engineOf(store, server).round()).next === 'again'; left--);
  expect(await store.cache.rows.get(['finding', findingId(ID, 'ETI-4')])).toBeDefined()
  expect([...server.log.keys()]).toEqual([7, 8, 9, 10, 11])
})

/** The same server, which takes changes and gives no rows. */
const tooOldFor =
  (server: FakeServer): FakeServer['post'] =>
  async (request) => {
    const answer = await server.post(request)
    if (answer.kind !== 'ok') return answer
    const { v, epoch, ack, time, results } = answer.body as Record<string, unknown>
    return { ...answer, body: { v, epoch, ack, time, results, cursor: request.cursor ?? 0, upgrade: true } }
  }

test('a newer schema in another tab is not held up by this one, which works on with what it has', async () => {
  const store = await opened(RELEASED[0] ?? raise())
  await recordCheck(ID, 'ETI-4', 'ETI-4.b', PASS)
  const newer = new Dexie(store.outbox.name)
  newer.version(9).stores({ ...RELEASED[0]?.outbox, later: 'id' })
  await newer.open()
  expect(await newer.table('changes').count()).toBe(6)
  newer.close()
  await recordCheck(ID, 'ETI-4', 'ETI-4.c', PASS)
  expect(await store.outbox.changes.count()).toBe(7)
})

function raise(): never {
  throw new Error('there was a release')
}
