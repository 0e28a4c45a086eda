import Dexie from 'dexie'
import { expect, test } from 'vitest'
import { findingId } from '../../../pwa/src/core/ids.ts'
import { type Store, storeOf, useStoreOf } from '../../../pwa/src/database/open.ts'
import { recordCheck } from '../../../pwa/src/inspections/acts.ts'
import { getInspection } from '../../../pwa/src/inspections/queries.ts'
import { Engine } from '../../../pwa/src/sync/engine.ts'
import { standing } from '../../../pwa/src/sync/standing.ts'
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

/** The databases of a phone of that release, with work of every kind in them, and closed. */
async function leftBehind(release: (typeof RELEASED)[number], person: string): Promise<void> {
  const outbox = new Dexie(`outbox-${person}`)
  outbox.version(release.version).stores(release.outbox)
  const finding = findingId(ID, 'ETI-4')
  const change = (n: number, type: string, id: string, set: object) => ({ n, at: n, type, id, root: ID, set })
  await outbox
    .table('changes')
    .bulkAdd([
      change(3, 'inspection', ID, { branch: ['b'], standard: ['s'], started_at: [3] }),
      change(4, 'finding', finding, { inspection: [ID], item: ['ETI-4'], 'checks.ETI-4.a': [PASS] }),
    ])
  const answered = { device: 17, root: 'older', type: 'inspection', id: 'older', at: 1 }
  await outbox.table('settled').add({ ...answered, n: 1, set: {}, settled_at: 1, landed: 1, outcome: 'applied' })
  await outbox.table('refused').add({ ...answered, n: 2, act: 'submit', refused_at: 1, code: 'locked' })
  const kept = { finding, root: ID, added_at: 5, sha256: 'a', preview_sha256: 'b', bytes: 3, preview_bytes: 1 }
  await outbox.table('photos').add({ id: 'p', ...kept, uploads: {} })
  await outbox.table('photo_bytes').add({ id: 'p', size: 'full', data: new Uint8Array([1, 2, 3]).buffer })
  await outbox.table('meta').put({ device: 17, next: 5, sent: 2 }, 'numbers')
  outbox.close()
  const cache = new Dexie(`cache-${person}`)
  cache.version(release.version).stores(release.cache)
  const row = { id: 'older', rev: 4, by: {}, branch: 'b', remark: null }
  await cache.table('rows').add({ type: 'inspection', id: 'older', rev: 4, parent: 'b', row })
  const state = { epoch: 3, cursor: 4, audiences: ['everyone'], fill: {}, clock_offset: 0, replied_at: 1 }
  await cache.table('state').put(state, 'sync')
  cache.close()
}

async function opened(release: (typeof RELEASED)[number]): Promise<Store> {
  const person = somebody()
  await leftBehind(release, person)
  useStoreOf(person)
  return storeOf(person)
}

test.each(RELEASED)('a phone of schema $version opens with a full outbox, works on, and drains', async (release) => {
  const store = await opened(release)
  expect((await getInspection(ID))?.findings.get('ETI-4')?.row?.checks['ETI-4.a']).toEqual(PASS)
  expect(await standing(store)).toMatchObject({ waiting: { changes: 2, photos: 1 }, refused: [{ code: 'locked' }] })
  expect((await store.outbox.photo_bytes.get(['p', 'full']))?.data.byteLength).toBe(3)
  await recordCheck(ID, 'ETI-4', 'ETI-4.b', PASS)
  const server = new FakeServer()
  server.ack = 2
  server.clock = 4
  const engine = new Engine({ store, post: server.post, now: () => 2_000, app: 'test' })
  for (let left = 10; left > 0 && (await engine.round()).next === 'again'; left--);
  expect([...server.log.keys()]).toEqual([3, 4, 5])
  expect(await store.outbox.changes.count()).toBe(0)
  expect((await standing(store)).refused).toMatchObject([{ code: 'locked' }])
})

test('a newer schema in another tab is not held up by this one, which works on with what it has', async () => {
  const store = await opened(RELEASED[0] ?? raise())
  await recordCheck(ID, 'ETI-4', 'ETI-4.b', PASS)
  const newer = new Dexie(store.outbox.name)
  newer.version(9).stores({ ...RELEASED[0]?.outbox, later: 'id' })
  await newer.open()
  expect(await newer.table('changes').count()).toBe(3)
  newer.close()
  await recordCheck(ID, 'ETI-4', 'ETI-4.c', PASS)
  expect(await store.outbox.changes.count()).toBe(4)
})

function raise(): never {
  throw new Error('there was a release')
}
