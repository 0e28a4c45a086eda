import { expect, test } from 'vitest'
import { Container, fromBase64, type Head, madeUpCode } from '../../../pwa/src/rescue/container.ts'
import vector from '../../server/rescue/vectors/version-1.json'

const curve = { name: 'ECDH', namedCurve: 'P-256' }

async function ownKeys(): Promise<CryptoKeyPair> {
  const { d, ...open } = vector.own
  return {
    privateKey: await crypto.subtle.importKey('jwk', { ...open, d }, curve, false, ['deriveBits']),
    publicKey: await crypto.subtle.importKey('jwk', open, curve, true, []),
  }
}

async function written(way: 'office' | 'code'): Promise<Blob> {
  const head: Head = {
    format: 'xunfang-rescue',
    v: 1,
    way,
    sealed: true,
    office: vector.keys.office,
    device: vector.keys.device,
    person: vector.person,
    made_at: vector.made_at,
  }
  const file = await Container.begin(head, {
    office: fromBase64(vector.keys.public),
    seal: fromBase64(vector.keys.seal),
    salt: fromBase64(vector.salt),
    rounds: vector.rounds,
    ...(way === 'code' ? { code: vector.code } : { own: await ownKeys() }),
  })
  for (const entry of vector.entries) await file.add(entry)
  const picture = Uint8Array.from({ length: vector.picture.entry.bytes }, (_, at) => (at * 7) % 251)
  await file.add(vector.picture.entry, picture)
  await file.add(vector.end)
  return file.finish()
}

test.each(['office', 'code'] as const)('the file of the vector is written as Python writes it: %s', async (way) => {
  const file = await written(way)
  if (way === 'office') expect(file.size).toBe(vector.bytes)
  const sum = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  const hex = [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  expect(hex).toBe(vector.sha256[way])
})

test('a code is made up anew each time, of letters nobody takes for one another', () => {
  const codes = Array.from({ length: 200 }, madeUpCode)
  expect(new Set(codes).size).toBe(200)
  for (const code of codes) expect(code).toMatch(/^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){3}$/)
})
