import { beforeEach, expect, test, vi } from 'vitest'
import { findingId } from '../../../pwa/src/core/ids.ts'
import { sha256 } from '../../../pwa/src/core/sha256.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import type { PhotoSize } from '../../../pwa/src/database/outbox.ts'
import { startInspection } from '../../../pwa/src/inspections/acts.ts'
import { getInspection } from '../../../pwa/src/inspections/queries.ts'
import { addPhoto, PhotoLost, retractPhoto } from '../../../pwa/src/photos/acts.ts'
import { developPhoto } from '../../../pwa/src/photos/darkroom.ts'
import { type Canvas, develop, fitted } from '../../../pwa/src/photos/develop.ts'
import { releaseStored } from '../../../pwa/src/sync/release.ts'
import { standing } from '../../../pwa/src/sync/standing.ts'
import { unsentOf } from '../../../pwa/src/sync/unsent.ts'
import { type Sent, type Upload, Uploads, uploadsDue } from '../../../pwa/src/sync/uploads.ts'
import { phoneOf, reopened, rowFrom } from '../phone.ts'

vi.mock('../../../pwa/src/photos/darkroom.ts', () => ({ developPhoto: vi.fn() }))

const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill).buffer

let store: Store
let inspection: string

beforeEach(async () => {
  store = await phoneOf()
  inspection = await startInspection({ branch: 'b', standard: 's' })
  vi.mocked(developPhoto).mockImplementation(async () => {
    const [full, preview] = [bytes(3000, 7), bytes(200, 8)]
    const hashes = { sha256: await sha256(full), preview_sha256: await sha256(preview) }
    return { full, preview, ...hashes, width: 1600, height: 1200 }
  })
})

const take = (item = 'ETI-4') =>
  addPhoto({ inspection, item }, new Blob(['x']), { source: 'camera', check: `${item}.a` })
const waiting = () => store.outbox.changes.orderBy('n').toArray()

test('a photo of an untouched item brings its finding along, in one group', async () => {
  const id = await take()
  const [, finding, photo] = await waiting()
  expect(finding).toMatchObject({ type: 'finding', id: findingId(inspection, 'ETI-4'), group: 2 })
  expect(finding?.set).toEqual({ inspection: [inspection], item: ['ETI-4'] })
  expect(photo).toMatchObject({ type: 'photo', id, group: 2 })
  expect(photo?.set).toMatchObject({ of: [{ type: 'finding', id: findingId(inspection, 'ETI-4') }], bytes: [3000] })
  await take()
  expect((await waiting()).slice(3).map((change) => [change.type, change.group])).toEqual([['photo', undefined]])
  expect((await getInspection(inspection))?.findings.get('ETI-4')?.photos.map(({ state }) => state)).toEqual([
    'phone',
    'phone',
  ])
})

test('bytes are on disk before it says so, and outlive the page', async () => {
  const id = await take()
  store = reopened(store)
  expect((await store.outbox.photo_bytes.get([id, 'full']))?.data.byteLength).toBe(3000)
  expect(await unsentOf(store.outbox)).toMatchObject({ changes: 3, photos: 1, bytes: 3000 })
})

test('a disk that gives back something else is written once more, then the photo is lost and taken back', async () => {
  const get = vi.spyOn(store.outbox.photo_bytes, 'get')
  get.mockResolvedValueOnce({ id: 'x', size: 'full', data: bytes(3000, 9) } as never)
  await expect(take()).resolves.toBeTypeOf('string')
  get.mockResolvedValue({ id: 'x', size: 'full', data: bytes(3000, 9) } as never)
  await expect(take('ENV-1')).rejects.toThrow(PhotoLost)
  const last = (await waiting()).at(-1)
  expect(last).toMatchObject({ type: 'photo', act: 'retract' })
  expect((await store.outbox.photos.get(last?.id ?? ''))?.lost_at).toBeTypeOf('number')
})

test('a full disk saves nothing and says so', async () => {
  const full = Object.assign(new Error('full'), { name: 'QuotaExceededError' })
  vi.spyOn(store.outbox.photo_bytes, 'bulkPut').mockRejectedValueOnce(full)
  await expect(take()).rejects.toMatchObject({ name: 'StorageFull' })
  expect(await waiting()).toHaveLength(1)
  expect(await store.outbox.photos.count()).toBe(0)
})

async function settled(): Promise<void> {
  await store.outbox.changes.clear()
}

const uploadsOf = (send: (upload: Upload) => Promise<Sent>, now = () => 1000) =>
  new Uploads({ store, send, now, chance: () => 0 })
const run = (uploads: Uploads) => uploads.run(new AbortController().signal)
const OK: Sent = { ok: true }

test('records go first, then previews of all, then pictures; two at most at once', async () => {
  const ids = [await take('A'), await take('B'), await take('C')]
  const sent: [string, PhotoSize][] = []
  let [now, most] = [0, 0]
  const uploads = uploadsOf(async ({ id, size }) => {
    most = Math.max(most, ++now)
    await new Promise((resolve) => setTimeout(resolve, 5))
    now -= 1
    sent.push([id, size])
    return OK
  })
  await run(uploads)
  expect(sent).toEqual([])
  await settled()
  await run(uploads)
  // the last preview and the first picture are on their way at once, and either may come first
  const sizes = sent.map(([, size]) => size)
  expect([...sizes.slice(0, 2), ...sizes.slice(2, 4).sort(), ...sizes.slice(4)]).toEqual([
    ...['preview', 'preview', 'full', 'preview', 'full', 'full'],
  ])
  expect(new Set(sent.map(([id]) => id))).toEqual(new Set(ids))
  expect(most).toBe(2)
  expect(await unsentOf(store.outbox)).toMatchObject({ photos: 0 })
})

test('an upload goes on where it was after a reload, and begins anew when the server has forgotten it', async () => {
  const id = await take()
  await settled()
  const urls: (string | null)[] = []
  const answers: Sent[] = [
    OK,
    { ok: false, status: null, code: null, wait: null },
    { ok: false, status: 410, code: 'upload_gone', wait: null },
    OK,
  ]
  let now = 1000
  const send = async (upload: Upload): Promise<Sent> => {
    if (upload.size === 'full') {
      urls.push(upload.url)
      await upload.onUrl(`/api/uploads/${urls.length}`)
    }
    return answers.shift() ?? OK
  }
  expect(await run(uploadsOf(send, () => now))).toBe(3000)
  store = reopened(store)
  for (now of [3000, 6000]) await run(uploadsOf(send, () => now))
  expect(urls).toEqual([null, '/api/uploads/1', null])
  expect((await store.outbox.photos.get(id))?.uploads.full?.done_at).toBe(6000)
})

test('a picture that failed waits for its time, unless something says that things are better', async () => {
  await take()
  await settled()
  const uploads = uploadsOf(async () => ({ ok: false, status: 503, code: null, wait: 600_000 }))
  await run(uploads)
  expect((await uploadsDue(store, 2000)).jobs).toEqual([])
  await uploads.wake()
  expect((await uploadsDue(store, 2000)).jobs).toHaveLength(2)
})

test('a disk that lets go of us for a moment does not make a lost photo', async () => {
  const id = await take()
  await settled()
  const gone = new DOMException('Connection to Indexed Database server lost', 'UnknownError')
  const get = vi.spyOn(store.outbox.photo_bytes, 'get').mockRejectedValueOnce(gone)
  const uploads = uploadsOf(async () => OK)
  await expect(run(uploads)).rejects.toBe(gone)
  get.mockRestore()
  await run(uploads)
  expect(await store.outbox.photos.get(id)).toMatchObject({ uploads: { full: { done_at: 1000 } } })
  expect((await store.outbox.photos.get(id))?.lost_at).toBeUndefined()
})

test('bytes that are no longer what was promised are lost, and never sent', async () => {
  const id = await take()
  await settled()
  await store.outbox.photo_bytes.put({ id, size: 'full', data: bytes(10, 1) })
  const send = vi.fn(async () => OK)
  await run(uploadsOf(send))
  expect(send).toHaveBeenCalledTimes(1)
  expect((await store.outbox.photos.get(id))?.lost_at).toBe(1000)
})

test('a picture the server cannot open is not sent for ever: it is to be taken again', async () => {
  const id = await take()
  await settled()
  const sent: PhotoSize[] = []
  const send = async ({ size }: Upload): Promise<Sent> => {
    sent.push(size)
    return { ok: false, status: 422, code: 'bad_image', wait: null }
  }
  expect(await run(uploadsOf(send))).toBeNull()
  expect(await run(uploadsOf(send, () => 1_000_000_000))).toBeNull()
  // both are on their way at once: each was sent, and once
  expect(sent.sort()).toEqual(['full', 'preview'])
  const { lost, waiting: left } = await standing(store)
  expect(lost).toMatchObject([{ id, code: 'bad_image' }])
  expect(left.photos).toBe(0)
  expect(await store.outbox.photo_bytes.get([id, 'full'])).toBeDefined()
})

test('the full copy goes only after a pull has shown it stored', async () => {
  const id = await take()
  await settled()
  await run(uploadsOf(async () => OK))
  await releaseStored(store, 2000)
  expect(await store.outbox.photo_bytes.get([id, 'full'])).toBeDefined()
  const row = { ...rowFrom('photo', id, 5, { stored_at: 1500 }) }
  await store.cache.rows.put({ type: 'photo', id, rev: 5, parent: 'f', row })
  await releaseStored(store, 2000)
  expect(await store.outbox.photo_bytes.get([id, 'full'])).toBeUndefined()
  expect(await store.outbox.photo_bytes.get([id, 'preview'])).toBeDefined()
})

test('a photo that was taken back is not sent', async () => {
  const id = await take()
  await retractPhoto({ id: inspection, seen: 0 }, id)
  expect((await getInspection(inspection))?.photos[0]?.photo.retracted).toMatchObject({ by: store.person })
  expect((await uploadsDue(store, 1000)).jobs).toEqual([])
})

test('a photo the server knows to be taken back is nothing unsent: it does not keep anybody from signing out', async () => {
  const id = await take()
  await store.outbox.changes.clear()
  const row = { ...rowFrom('photo', id, 5, { retracted: { by: store.person, at: 1500, reason: null } }) }
  await store.cache.rows.put({ type: 'photo', id, rev: 5, parent: 'f', row })
  expect(await unsentOf(store.outbox)).toMatchObject({ changes: 0, photos: 1 })
  await releaseStored(store, 2000)
  expect(await unsentOf(store.outbox)).toMatchObject({ changes: 0, photos: 0, bytes: 0 })
  expect(await store.outbox.photo_bytes.get([id, 'full'])).toBeUndefined()
})

test('a photo let go of while its upload stood in the queue is not told as lost', async () => {
  const ids = [await take(), await take()]
  await store.outbox.changes.clear()
  const retracted = { by: store.person, at: 1500, reason: null }
  const taken = async (upload: Upload): Promise<Sent> => {
    const row = { ...rowFrom('photo', upload.id, 5, { retracted }) }
    await store.cache.rows.put({ type: 'photo', id: upload.id, rev: 5, parent: 'f', row })
    await releaseStored(store, 2000)
    return OK
  }
  await run(uploadsOf(taken))
  for (const kept of await store.outbox.photos.bulkGet(ids)) {
    expect(kept?.released_at).toBe(2000)
    expect(kept?.lost_at).toBeUndefined()
  }
})

test('pictures are made smaller until they fit: first worse, then smaller', async () => {
  const tries: [number, number][] = []
  let edge = 0
  const canvas = (): Canvas => ({
    draw: (_image, width) => {
      edge = width
    },
    jpeg: async (quality) => {
      tries.push([edge, quality])
      return new Blob([new Uint8Array(Math.round(edge * edge * quality * 0.4))])
    },
  })
  vi.stubGlobal('createImageBitmap', async () => ({ width: 4000, height: 3000, close: () => undefined }))
  const made = await develop(new Blob(['x']), canvas)
  expect([made.width, made.height]).toEqual([1280, 960])
  expect(made.full.byteLength).toBeLessThanOrEqual(350_000)
  expect(made.preview.byteLength).toBeLessThanOrEqual(25_000)
  expect(made.sha256).toBe(await sha256(made.full))
  expect(tries.slice(0, 6)).toEqual([
    [1600, 0.8],
    [1600, 0.7],
    [1600, 0.6],
    [1600, 0.5],
    [1600, 0.4],
    [1280, 0.8],
  ])
  vi.unstubAllGlobals()
})

test('a small picture is not blown up, and what is no picture is refused', async () => {
  expect(fitted(800, 600, 1600)).toEqual([800, 600])
  expect(fitted(3000, 4000, 1600)).toEqual([1200, 1600])
  vi.stubGlobal('createImageBitmap', async () => {
    throw new Error('no')
  })
  await expect(develop(new Blob(['x']), () => ({}) as Canvas)).rejects.toMatchObject({ name: 'NotAnImage' })
  vi.unstubAllGlobals()
})
