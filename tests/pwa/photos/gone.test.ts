import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Row } from '../../../pwa/src/core/rows.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import type { KeptPhoto, PhotoSize, SettledChange } from '../../../pwa/src/database/outbox.ts'
import { forgetDrawn } from '../../../pwa/src/sync/drawn.ts'
import { Engine } from '../../../pwa/src/sync/engine.ts'
import { FakeServer } from '../fakeServer.ts'
import { phoneOf, reopened, rowFrom } from '../phone.ts'

const SIZES: PhotoSize[] = ['full', 'preview']
const DONE = { full: { done_at: 1 }, preview: { done_at: 1 } }
const FACTS = { finding: 'f', root: 'i', added_at: 5, sha256: 'a', preview_sha256: 'b', bytes: 3, preview_bytes: 1 }

let store: Store
let server: FakeServer
const asked: string[] = []
let reachable: boolean

const engine = () => new Engine({ store, post: server.post, now: () => 2_000, app: 'test' })
const kept = async () => [...new Set((await store.outbox.photo_bytes.toArray()).map(({ id }) => id))].sort()
const photo = (id: string): Row<'photo'> =>
  rowFrom('photo', id, 1, { of: { type: 'finding', id: 'f' }, taken_at: 1, stored_at: id === 'unsent' ? null : 1 })

async function keep(id: string, more: Partial<KeptPhoto>): Promise<void> {
  await store.outbox.photos.put({ id, ...FACTS, uploads: {}, ...more })
  await store.outbox.photo_bytes.bulkPut(SIZES.map((size) => ({ id, size, data: new Uint8Array([1]).buffer })))
}

async function round(by = engine()): Promise<void> {
  for (let left = 10; left > 0; left--) if ((await by.round()).next !== 'again') return
  throw new Error('it does not come to rest')
}

beforeEach(async () => {
  store = await phoneOf()
  server = new FakeServer()
  // What the browser has drawn from the server is in its own store, which the server has it empty.
  reachable = true
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) => {
    asked.push(`${init?.method} ${url}`)
    return reachable ? Promise.resolve(new Response(null, { status: 204 })) : Promise.reject(new TypeError('offline'))
  })
  asked.length = 0
  for (const id of ['sent', 'unsent', 'drawn', 'other']) server.put('photo', photo(id))
  await round()
  await keep('sent', { released_at: 1, uploads: DONE })
  await keep('unsent', {})
  await keep('other', { released_at: 1, uploads: DONE })
})

afterEach(() => vi.unstubAllGlobals())

test('a right is withdrawn: pictures leave the phone, all but those nobody else has', async () => {
  for (const id of ['sent', 'unsent', 'drawn']) server.gone(id)
  await round()
  expect(await kept()).toEqual(['other', 'unsent'])
  expect(await store.cache.rows.where('type').equals('photo').primaryKeys()).toEqual([['photo', 'other']])
})

const EMPTIED = 'DELETE /api/devices/17/shown'

test('what the browser drew goes with one request, as soon as the server is heard, and only after something went', async () => {
  await forgetDrawn(store, 17)
  expect(asked).toEqual([])
  server.gone('drawn')
  await round()
  reachable = false
  await forgetDrawn(store, 17)
  store = reopened(store)
  reachable = true
  await forgetDrawn(store, 17)
  await forgetDrawn(store, 17)
  expect(asked).toEqual([EMPTIED, EMPTIED])
})

test('the page died with the page of rows, or all filled anew: the browser forgets what it drew all the same', async () => {
  server.gone('drawn')
  vi.spyOn(store.cache.rows, 'bulkDelete').mockRejectedValueOnce(new Error('the page is gone'))
  await round().catch(() => undefined)
  await forgetDrawn(store, 17)
  expect(asked).toEqual([EMPTIED])
  await round()
  await forgetDrawn(store, 17)
  const before = asked.length
  server.restore(0)
  server.put('photo', photo('other'))
  await round()
  await forgetDrawn(store, 17)
  expect(asked.slice(before)).toEqual([EMPTIED])
})

test('what goes while the browser is emptied has it emptied once more', async () => {
  server.gone('drawn')
  await round()
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url)
    await store.outbox.meta.put(3_000, 'drawn')
    return new Response(null, { status: 204 })
  })
  await forgetDrawn(store, 17)
  await forgetDrawn(store, 17)
  expect(asked).toHaveLength(2)
})

test('the page died between the page of rows and the pictures: the next one finds them', async () => {
  await store.cache.rows.bulkDelete([
    ['photo', 'sent'],
    ['photo', 'unsent'],
  ])
  store = reopened(store)
  await round()
  expect(await kept()).toEqual(['other', 'unsent'])
  expect((await store.outbox.photos.toArray()).map(({ id }) => id)).toEqual(['other', 'unsent'])
})

test('a right was withdrawn and the phone filled anew: what did not come back leaves it', async () => {
  const running = engine()
  await round(running)
  server.restore(0)
  server.put('photo', photo('other'))
  await round(running)
  expect(await kept()).toEqual(['other', 'unsent'])
})

const answer = (n: number, id: string, more: Partial<SettledChange>) => ({
  ...{ n, at: 1, type: 'photo', id, root: 'i', set: {}, device: 17, settled_at: 1, landed: 1 as const },
  outcome: 'held' as const,
  ...more,
})

test('what waits for a supervisor stays until it is decided', async () => {
  server.feed.clear()
  const decided = { status: 'dismissed' as const, by: 'sue', at: 1, reason: '' }
  await store.outbox.settled.bulkPut([answer(1, 'sent', {}), answer(2, 'other', { decided })])
  await store.cache.rows.clear()
  await store.cache.state.clear()
  await round()
  expect(await kept()).toEqual(['sent', 'unsent'])
})
