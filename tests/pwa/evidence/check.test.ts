import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Row } from '../../../pwa/src/core/rows.ts'
import { sha256 } from '../../../pwa/src/core/sha256.ts'
import { checkPicture, checkSignature, speaksOf } from '../../../pwa/src/evidence/check.ts'
import { factsText } from '../../../pwa/src/photos/proof/facts.ts'
import { phoneOf } from '../phone.ts'
import { BRANCH, old, PHOTO, shot } from './shot.ts'

const BYTES = new Uint8Array([1, 2, 3, 4]).buffer
const OTHER = new Uint8Array([9]).buffer

const served = (data: ArrayBuffer) => {
  const asked = vi.fn(async () => new Response(data))
  vi.stubGlobal('fetch', asked)
  return asked
}

let row: Row<'photo'>

beforeEach(async () => {
  await phoneOf()
  row = shot({ sha256: await sha256(BYTES), stored_at: 5 })
})

afterEach(() => vi.unstubAllGlobals())

test('who may have the original is told whether it is the one on record', async () => {
  const asked = served(BYTES)
  expect(await checkPicture(row, true)).toBe('same')
  expect(asked).toHaveBeenCalledWith(`/api/photos/${PHOTO}?size=original`, expect.anything())
  served(OTHER)
  expect(await checkPicture(row, true)).toBe('differs')
})

test('a copy that is another file accuses nobody', async () => {
  const asked = served(OTHER)
  expect(await checkPicture(row, false)).toBe('copy')
  expect(asked).toHaveBeenCalledWith(`/api/photos/${PHOTO}?size=full`, expect.anything())
  served(BYTES)
  expect(await checkPicture(row, false)).toBe('same')
})

test('the phone’s own bytes are looked at without network', async () => {
  const { outbox } = await phoneOf()
  const asked = served(OTHER)
  await outbox.photo_bytes.put({ id: PHOTO, size: 'full', data: BYTES })
  expect(await checkPicture({ ...row, stored_at: null }, true)).toBe('same')
  await outbox.photo_bytes.put({ id: PHOTO, size: 'full', data: OTHER })
  expect(await checkPicture(row, false)).toBe('differs')
  expect(asked).not.toHaveBeenCalled()
})

test('nothing is said of a picture that cannot be had', async () => {
  expect(await checkPicture({ ...row, stored_at: null }, true)).toBe('not_here')
  vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('offline')))
  expect(await checkPicture(row, true)).toBe('away')
  vi.stubGlobal('fetch', vi.fn().mockResolvedValue(new Response(null, { status: 404 })))
  expect(await checkPicture(row, true)).toBe('away')
})

const base64 = (data: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(data)))

/** The text a device signs at the shutter, as it makes it. */
const told = (photo: Row<'photo'>, more: object = {}): string => {
  const text = factsText(photo, { photo: photo.id, person: photo.author ?? '', branch: BRANCH, app: '1' })
  return JSON.stringify({ ...JSON.parse(text), ...more })
}

async function signed(text: string): Promise<Row<'photo'>> {
  const how = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const pair = await crypto.subtle.generateKey(how, true, ['sign', 'verify'])
  const key = base64(await crypto.subtle.exportKey('raw', pair.publicKey))
  const signature = base64(await crypto.subtle.sign(how, pair.privateKey, new TextEncoder().encode(text)))
  return { ...row, proof: { text, key, signature } }
}

test('a signature over the facts on record is good', async () => {
  expect(await checkSignature(await signed(told(row)), BRANCH)).toBe('good')
})

test('a text changed after it was signed, or a broken key, is bad', async () => {
  const photo = await signed(told(row))
  const proof = photo.proof ?? { text: '', key: '', signature: '' }
  expect(await checkSignature({ ...photo, proof: { ...proof, text: `${proof.text} ` } }, BRANCH)).toBe('bad')
  expect(await checkSignature({ ...photo, proof: { ...proof, key: 'AAAA' } }, BRANCH)).toBe('bad')
  expect(await checkSignature({ ...photo, proof: { ...proof, signature: '§' } }, BRANCH)).toBe('bad')
})

test('a genuine signature over other facts is told apart', async () => {
  expect(await checkSignature(await signed(told(row, { taken_at: 1 })), BRANCH)).toBe('other')
  expect(await checkSignature(await signed(told(row, { person: 'somebody' })), BRANCH)).toBe('other')
  expect(await checkSignature(await signed(told(row, { branch: 'elsewhere' })), BRANCH)).toBe('other')
  expect(await checkSignature(await signed(told(row, { position: null })), BRANCH)).toBe('other')
})

test('the order of fields is no matter, and a row without proof has none', async () => {
  const { lat, lon, accuracy, at } = row.position ?? { lat: 0, lon: 0, accuracy: 0, at: 0 }
  expect(speaksOf(told(row, { position: { at, accuracy, lon, lat } }), row, BRANCH)).toBe(true)
  expect(speaksOf('[]', row, BRANCH)).toBe(false)
  expect(speaksOf('not json', row, BRANCH)).toBe(false)
  expect(await checkSignature(old(), BRANCH)).toBe('none')
})

test('a page without HTTPS says that it cannot check a signature, and still compares the picture', async () => {
  const photo = await signed(told(row))
  served(BYTES)
  vi.stubGlobal('crypto', {})
  expect(await checkSignature(photo, BRANCH)).toBe('cannot')
  expect(await checkPicture(row, true)).toBe('same')
})
