import { createHash } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { sha256 } from '../../../pwa/src/core/sha256.ts'
import { plainSha256 } from '../../../pwa/src/core/sha256Plain.ts'

afterEach(() => vi.unstubAllGlobals())

const filled = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 131 + length) % 256)
const known = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

test('a page without HTTPS comes to the same hash, of any length around the ends of its blocks', async () => {
  const all = [...Array.from({ length: 140 }, (_, length) => filled(length)), filled(350_000)]
  const withHttps = await Promise.all(all.map((data) => sha256(data.buffer)))
  vi.stubGlobal('crypto', {})
  const without = await Promise.all(all.map((data) => sha256(data.buffer)))
  expect(without).toEqual(all.map(known))
  expect(withHttps).toEqual(without)
  expect(plainSha256(new ArrayBuffer(0)).byteLength).toBe(32)
})
