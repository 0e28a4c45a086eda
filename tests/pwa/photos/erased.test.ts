import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Row } from '../../../pwa/src/core/rows.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import type { KeptPhoto, PhotoSize } from '../../../pwa/src/database/outbox.ts'
import { forgetDrawn } from '../../../pwa/src/sync/drawn.ts'
import { Engine } from '../../../pwa/src/sync/engine.ts'
import { uploadsDue } from '../../../pwa/src/sync/uploads.ts'
import { getVisit } from '../../../pwa/src/visits/queries.ts'
import { FakeServer } from '../fakeServer.ts'
import { phoneOf, reopened, rowFrom } from '../phone.ts'

const SIZES: PhotoSize[] = ['full', 'preview']

let store: Store
let server: FakeServer
const asked: string[] = []

const engine = () => new Engine({ store, post: server.post, now: () => 2_000, app: 'test' })

async function keep(id: string, more: Partial<KeptPhoto>): Promise<void> {
  const facts = { root: 'v', added_at: 5, sha256: 'a', preview_sha256: 'b', bytes: 3, preview_bytes: 1, uploads: {} }
  await store.outbox.photos.put({ id, ...facts, ...more } as KeptPhoto)
  await store.outbox.photo_bytes.bulkPut(SIZES.map((size) => ({ id, size, data: new Uint8Array([1]).buffer })))
}

const photo = (id: string, values: Partial<Row<'photo'>> = {}) =>
  rowFrom('photo', id, 1, { of: { type: 'visit', id: 'v' }, taken_at: 1, ...values })
const held = async () => (await store.outbox.photo_bytes.toCollection().primaryKeys()).map(([id]) => id)
const shown = async () => (await getVisit('v'))?.photos.map((one) => one.photo.id).sort()

beforeEach(async () => {
  store = await phoneOf()
  server = new FakeServer()
  server.put('visit', rowFrom('visit', 'v', 1, { status: 'closed', started_at: 1, person: store.person }))
  for (const id of ['sent', 'unsent', 'other']) server.put('photo', photo(id))
  await engine().round()
  await keep('sent', { released_at: 1 })
  await keep('unsent', {})
  await keep('other', {})
  asked.length = 0
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    asked.push(`${init?.method} ${url}`)
    return new Response(null, { status: 204 })
  })
})

afterEach(() => vi.unstubAllGlobals())

test('pictures of somebody who is forgotten leave the phone and the browser, sent or not; others stay', async () => {
  expect(await shown()).toEqual(['other', 'sent', 'unsent'])
  for (const id of ['sent', 'unsent']) server.put('photo', photo(id, { erased_at: 3 }))
  await engine().round()
  expect(await held()).toEqual(['other', 'other'])
  expect((await store.outbox.photos.toArray()).map(({ id }) => id)).toEqual(['other'])
  expect(await shown()).toEqual(['other'])
  expect((await uploadsDue(store, 3_000)).jobs.map((job) => job.photo.id)).toEqual(['other', 'other'])
  await forgetDrawn(store, 17)
  expect(asked).toEqual(['DELETE /api/devices/17/shown'])
})

test('a phone that dies while it forgets goes on where it was', async () => {
  server.put('photo', photo('unsent', { erased_at: 3 }))
  vi.spyOn(store.cache.rows, 'bulkPut').mockRejectedValueOnce(new Error('the page is gone'))
  await engine()
    .round()
    .catch(() => undefined)
  store = reopened(store)
  await engine().round()
  expect(await held()).toEqual(['other', 'other', 'sent', 'sent'])
  expect(await shown()).toEqual(['other', 'sent'])
})
