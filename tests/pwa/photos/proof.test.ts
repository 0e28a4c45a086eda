/** What a phone signs of a photo, and that no photo is ever lost over it. */

import Dexie from 'dexie'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Photo, Position, Proof } from '../../../pwa/src/contract/records.ts'
import { findingId } from '../../../pwa/src/core/ids.ts'
import { sha256 } from '../../../pwa/src/core/sha256.ts'
import { closeStore, type Store } from '../../../pwa/src/database/open.ts'
import { renumber } from '../../../pwa/src/database/renumber.ts'
import { startInspection } from '../../../pwa/src/inspections/acts.ts'
import { addPhoto, addPhotoTo, type Taken } from '../../../pwa/src/photos/acts.ts'
import { developPhoto } from '../../../pwa/src/photos/darkroom.ts'
import { CURVE, deviceKey } from '../../../pwa/src/photos/proof/key.ts'
import { readyToProve } from '../../../pwa/src/photos/proof/prove.ts'
import { phoneOf, reopened, rowFrom } from '../phone.ts'

vi.mock('../../../pwa/src/photos/darkroom.ts', () => ({ developPhoto: vi.fn() }))

const BRANCH = '01900000-0000-7000-8000-00000000b0b0'
const HERE: Position = { lat: 29.5, lon: 106.551, accuracy: 8, at: 1_760_000_000_000 }
const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill).buffer

let store: Store
let inspection: string

beforeEach(async () => {
  vi.unstubAllGlobals()
  store = await phoneOf()
  inspection = await startInspection({ branch: BRANCH, standard: 's' })
  vi.mocked(developPhoto).mockImplementation(async () => {
    const [full, preview] = [bytes(3000, 7), bytes(200, 8)]
    const hashes = { sha256: await sha256(full), preview_sha256: await sha256(preview) }
    return { full, preview, ...hashes, width: 1600, height: 1200 }
  })
})

const take = (more: Partial<Taken> = {}) =>
  addPhoto({ inspection, item: 'ENV-1' }, new Blob(['x']), { source: 'camera', check: 'ENV-1.a', ...more })

/** The record of a photo as it would be sent. */
async function recordOf(id: string): Promise<Partial<Photo>> {
  const change = await store.outbox.changes.filter((one) => one.type === 'photo' && one.id === id).first()
  return Object.fromEntries(Object.entries(change?.set ?? {}).map(([name, [value]]) => [name, value]))
}

async function proofOf(id: string): Promise<Proof> {
  const { proof } = await recordOf(id)
  if (!proof) throw new Error('unsigned')
  return proof
}

const raw = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

async function isSigned({ text, key, signature }: Proof): Promise<boolean> {
  const point = await crypto.subtle.importKey('raw', raw(key), CURVE, true, ['verify'])
  const hash = { name: 'ECDSA', hash: 'SHA-256' }
  return crypto.subtle.verify(hash, point, raw(signature), new TextEncoder().encode(text))
}

test('a photo bears a signature over exactly what its record tells, and over who took it where', async () => {
  await store.cache.state.put({ clock_offset: -1234, replied_at: 5 }, 'sync')
  const id = await take({ position: HERE, taken_at: 1_760_000_000_321 })
  const { proof: _, bytes: _bytes, width: _width, height: _height, ...told } = await recordOf(id)
  const proof = await proofOf(id)
  expect(told).toMatchObject({ position: HERE, taken_at: 1_760_000_000_321, clock_offset: -1234, check: 'ENV-1.a' })
  expect(JSON.parse(proof.text)).toEqual({
    ...told,
    photo: id,
    person: store.person,
    branch: BRANCH,
    app: expect.any(String),
  })
  expect([proof.key.length, proof.signature.length]).toEqual([88, 88])
  expect(await isSigned(proof)).toBe(true)
  expect(await isSigned({ ...proof, text: proof.text.replace('1234', '1235') })).toBe(false)
})

test('what the record leaves out is signed as not known: no check, no position, a clock no server ever set', async () => {
  const proof = await proofOf(await take({ check: null }))
  expect(JSON.parse(proof.text)).toMatchObject({ check: null, position: null, clock_offset: null })
  expect(await isSigned(proof)).toBe(true)
})

test('the secret half cannot be taken out of the browser, and serves over pages, tabs and numbers', async () => {
  const first = await proofOf(await take())
  const secret = (await deviceKey(store.outbox))?.secret as CryptoKey
  expect(secret.extractable).toBe(false)
  await expect(crypto.subtle.exportKey('pkcs8', secret)).rejects.toThrow()
  store = reopened(store)
  expect((await proofOf(await take())).key).toBe(first.key)
  await renumber(store.outbox, 18)
  expect((await proofOf(await take())).key).toBe(first.key)
})

test('two pages that need a key in the same moment agree on one', async () => {
  const one = deviceKey(store.outbox)
  const other = reopened(store)
  const [mine, theirs] = await Promise.all([one, deviceKey(other.outbox)])
  expect(mine?.told).toBe(theirs?.told)
})

test('a key goes with the database of its person: who empties the phone begins with another', async () => {
  const { person } = store
  const before = await proofOf(await take())
  closeStore(person)
  await Dexie.delete(`outbox-${person}`)
  store = await phoneOf(person, 18)
  inspection = await startInspection({ branch: BRANCH, standard: 's' })
  expect((await proofOf(await take())).key).not.toBe(before.key)
  store = await phoneOf()
  expect((await deviceKey(store.outbox))?.told).not.toBe(before.key)
})

test('a photo of a visit or of a comment is signed with the branch of what it hangs under', async () => {
  const row = rowFrom('visit', 'v', 3, { branch: BRANCH })
  await store.cache.rows.put({ type: 'visit', id: 'v', rev: 3, parent: '', row })
  const onVisit = await addPhotoTo({ type: 'visit', id: 'v' }, 'v', new Blob(['x']), { source: 'gallery' })
  expect(JSON.parse((await proofOf(onVisit)).text)).toMatchObject({ branch: BRANCH, of: { type: 'visit', id: 'v' } })
  const onComment = await addPhotoTo({ type: 'comment', id: 'c' }, inspection, new Blob(['x']), { source: 'camera' })
  expect(JSON.parse((await proofOf(onComment)).text)).toMatchObject({ branch: BRANCH, source: 'camera' })
})

test.each([
  ['without HTTPS there is nothing to sign with', () => vi.stubGlobal('crypto', withoutSubtle())],
  ['signing fails', () => vi.spyOn(crypto.subtle, 'sign').mockRejectedValue(new Error('no'))],
  ['no key can be made', () => vi.spyOn(crypto.subtle, 'generateKey').mockRejectedValue(new Error('no'))],
  ['the key cannot be kept', () => vi.spyOn(store.outbox.meta, 'put').mockRejectedValueOnce(new Error('no'))],
])('a photo is kept unsigned where %s', async (_, broken) => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  broken()
  const record = await recordOf(await take())
  expect(record).toMatchObject({ of: { id: findingId(inspection, 'ENV-1') }, sha256: await sha256(bytes(3000, 7)) })
  expect(record).not.toHaveProperty('proof')
})

test('after a key could not be kept, the next photo is signed', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  vi.spyOn(store.outbox.meta, 'put').mockRejectedValueOnce(new Error('no'))
  await readyToProve(store)
  expect(await isSigned(await proofOf(await take()))).toBe(true)
})

test('a photo of something whose branch this phone does not know is kept unsigned', async () => {
  const id = await addPhotoTo({ type: 'comment', id: 'c' }, 'elsewhere', new Blob(['x']), { source: 'camera' })
  expect(await recordOf(id)).not.toHaveProperty('proof')
})

/** What a page without HTTPS has. */
function withoutSubtle(): Crypto {
  return { getRandomValues: crypto.getRandomValues.bind(crypto), randomUUID: crypto.randomUUID } as unknown as Crypto
}
