import { beforeEach, expect, test, vi } from 'vitest'
import type { Row } from '../../../pwa/src/core/rows.ts'
import { sha256 } from '../../../pwa/src/core/sha256.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { sendSooner } from '../../../pwa/src/sync/PicturesCard.tsx'
import { Parts } from '../../../pwa/src/sync/parts.ts'
import { choosePictures, mayGo, tellsNetwork } from '../../../pwa/src/sync/pictures.ts'
import { type Sent, type Upload, Uploads, uploadsDue } from '../../../pwa/src/sync/uploads.ts'
import { phoneOf, reopened, rowFrom } from '../phone.ts'

const KB = 1024
let store: Store
let sent: string[]

beforeEach(async () => {
  store = await phoneOf()
  sent = []
})

async function keep(id: string, root: string, added_at: number): Promise<void> {
  const full = new TextEncoder().encode(`full ${id}`).buffer as ArrayBuffer
  const preview = new TextEncoder().encode(`preview ${id}`).buffer as ArrayBuffer
  await store.outbox.photo_bytes.bulkPut([
    { id, size: 'full', data: full },
    { id, size: 'preview', data: preview },
  ])
  const hashes = { sha256: await sha256(full), preview_sha256: await sha256(preview) }
  const sizes = { bytes: full.byteLength, preview_bytes: preview.byteLength }
  await store.outbox.photos.put({ id, finding: 'f', root, added_at, ...hashes, ...sizes, uploads: {} })
  const row = rowFrom('photo', id, 1, { of: { type: 'finding', id: 'f' } })
  await store.cache.rows.put({ type: 'photo', id, rev: 1, parent: 'f', row })
}

/** A supervisor waits for the full picture since then. */
const ask = (id: string, at: number, values = {}) =>
  store.cache.rows.update(['photo', id], { row: rowFrom('photo', id, 2, { asked: { by: 'sue', at }, ...values }) })

const dueWith = async (go = true) =>
  (await uploadsDue(store, 1000, go)).jobs.map(({ photo, size }) => `${size} ${photo.id}`)

type Send = (upload: Upload) => Promise<Sent>
const taken: Send = async ({ id, size }) => {
  sent.push(`${size} ${id}`)
  return { ok: true }
}
const uploads = (send: Send, go: () => boolean = () => true) =>
  new Uploads({ store, send, now: () => 1000, chance: () => 0, mayGo: go })
const run = (send: Send, go?: () => boolean) => uploads(send, go).run(new AbortController().signal)

test('previews of everything come first, then full pictures, the inspection last photographed first', async () => {
  await keep('a1', 'older', 1)
  await keep('b1', 'newer', 2)
  await keep('a2', 'older', 3)
  await keep('b2', 'newer', 4)
  const { jobs } = await uploadsDue(store, 1000)
  expect(jobs.map(({ photo, size }) => `${size} ${photo.id}`)).toEqual([
    'preview b1',
    'preview b2',
    'preview a1',
    'preview a2',
    'full b1',
    'full b2',
    'full a1',
    'full a2',
  ])
  await run(taken)
  expect(sent).toHaveLength(8)
  expect((await uploadsDue(store, 1000)).jobs).toEqual([])
})

test('what a supervisor waits for comes first of the full pictures, the last asked before the others', async () => {
  for (const n of [1, 2, 3, 4]) await keep(`p${n}`, n < 3 ? 'older' : 'newer', n)
  await ask('p2', 500)
  await ask('p1', 700)
  const previews = ['preview p3', 'preview p4', 'preview p1', 'preview p2']
  expect(await dueWith()).toEqual([...previews, 'full p1', 'full p2', 'full p3', 'full p4'])
  await ask('p1', 700, { stored_at: 800 })
  expect(await dueWith()).toEqual(['preview p3', 'preview p4', 'preview p2', 'full p2', 'full p3', 'full p4'])
})

test('one asked for while pictures are on their way goes next', async () => {
  for (const n of [1, 2, 3, 4, 5, 6]) await keep(`p${n}`, 'i', n)
  let asking: Promise<unknown> | undefined
  await run(async (upload) => {
    if (upload.size === 'full') {
      asking ??= ask('p6', 700)
      await asking
    }
    return taken(upload)
  })
  const full = sent.filter((one) => one.startsWith('full'))
  expect(full).toHaveLength(6)
  expect(full.indexOf('full p6')).toBeLessThanOrEqual(3)
})

test('a row from a server that knows of no asking is sent like any other', async () => {
  await keep('p', 'i', 1)
  const { asked: _, ...older } = rowFrom('photo', 'p', 1)
  await store.cache.rows.update(['photo', 'p'], { row: older as Row<'photo'> })
  expect(await dueWith()).toEqual(['preview p', 'full p'])
})

test('full pictures that are held back stay, asked for or not, until the person lets that one go', async () => {
  for (const n of [1, 2, 3]) await keep(`p${n}`, 'i', n)
  await ask('p2', 700)
  const previews = ['preview p1', 'preview p2', 'preview p3']
  expect(await dueWith(false)).toEqual(previews)
  await sendSooner(['p2'])
  expect(await dueWith(false)).toEqual([...previews, 'full p2'])
})

test('a photo taken while pictures are on their way sends its preview before the pictures that still wait', async () => {
  for (const n of [1, 2, 3, 4]) await keep(`p${n}`, 'i', n)
  let taking: Promise<void> | undefined
  await run(async (upload) => {
    if (upload.size === 'full') {
      taking ??= keep('new', 'next', 9)
      await taking
    }
    return taken(upload)
  })
  const rest = sent.slice(sent.indexOf('preview new'))
  expect(sent).toHaveLength(10)
  expect(rest).toContain('full new')
  expect(rest.indexOf('full new')).toBeLessThan(rest.indexOf('full p4'))
})

test('nothing is sent twice in a run, and what failed comes in a later one, after a reload', async () => {
  for (const n of [1, 2, 3]) await keep(`p${n}`, 'i', n)
  const refuse: Send = async (upload) => {
    await taken(upload)
    return { ok: false, status: null, code: null, wait: null }
  }
  await run(refuse)
  expect(new Set(sent).size).toBe(6)
  expect(sent).toHaveLength(6)
  store = reopened(store)
  sent = []
  const later = new Uploads({ store, send: taken, now: () => 10_000_000, chance: () => 0 })
  await later.run(new AbortController().signal)
  expect(sent).toHaveLength(6)
})

test('full pictures stay where they may not go, also when that changes on the way; previews go', async () => {
  for (const n of [1, 2, 3, 4]) await keep(`p${n}`, 'i', n)
  expect(await run(taken, () => false)).toBeNull()
  expect(sent.sort()).toEqual(['preview p1', 'preview p2', 'preview p3', 'preview p4'])
  let metered = false
  await run(
    async (upload) => {
      metered = true
      return taken(upload)
    },
    () => !metered,
  )
  // two may have been on their way at that moment
  expect([5, 6]).toContain(sent.length)
  await run(taken)
  expect(new Set(sent).size).toBe(8)
  expect(sent).toHaveLength(8)
})

test('parts grow with the network that carries them and shrink with one that does not, within their bounds', () => {
  const parts = new Parts()
  expect(parts.size).toBe(256 * KB)
  parts.took(256 * KB, 200)
  expect(parts.size).toBe(512 * KB)
  parts.took(512 * KB, 200)
  parts.took(1024 * KB, 200)
  expect(parts.size).toBe(1024 * KB)
  parts.took(90 * KB, 20)
  expect(parts.size).toBe(1024 * KB)
  parts.failed()
  expect(parts.size).toBe(512 * KB)
  parts.took(512 * KB, 60_000)
  expect(parts.size).toBe(256 * KB)
  parts.failed()
  expect(parts.size).toBe(256 * KB)
})

test.each([
  ['always', { type: 'cellular' }, true],
  ['hold', { type: 'wifi' }, false],
  ['wifi', { type: 'wifi' }, true],
  ['wifi', { type: 'wifi', saveData: true }, false],
  ['wifi', { type: 'cellular' }, false],
  ['wifi', undefined, false],
] as const)('%s on %o: %s', (choice, connection, goes) => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', { setItem: (key: string, value: string) => kept.set(key, value) })
  vi.stubGlobal('navigator', { connection })
  choosePictures(choice)
  expect(mayGo()).toBe(goes)
  expect(tellsNetwork()).toBe(connection !== undefined)
  expect([...kept.values()]).toEqual([choice])
  choosePictures('always')
  vi.unstubAllGlobals()
})
