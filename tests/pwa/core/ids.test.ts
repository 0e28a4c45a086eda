import { expect, test } from 'vitest'
import { findingId, uuid5, uuid7 } from '../../../pwa/src/core/ids.ts'

/** From Python: `uuid.uuid5(uuid.UUID(namespace), name)`. */
const FROM_PYTHON: [string, string, string][] = [
  ['018f4d1e-7c00-7000-8000-000000000001', 'ETI-4', '24fc3732-92de-55e9-a2e1-0342e188d1fb'],
  ['018f4d1e-7c00-7000-8000-000000000001', 'ENV-0', '4b0844bc-6ab3-5c4b-89ec-eb94a3bf6926'],
  ['ffffffff-ffff-5fff-bfff-ffffffffffff', '投递-1 é', '67f7a6c7-bb44-5a52-804e-da98bd47640b'],
  ['00000000-0000-0000-0000-000000000000', 'x'.repeat(120), '3f1cd3f5-c542-558c-b1d6-14d0989d1389'],
]

test.each(FROM_PYTHON)('uuid5 of %s and %s is that of Python', (namespace, name, id) => {
  expect(uuid5(namespace, name)).toBe(id)
  expect(findingId(namespace, name)).toBe(id)
})

test('uuid7 holds the time in its first 48 bits, the version and the variant', () => {
  const id = uuid7(0x018f4d1e7c00, new Uint8Array(10).fill(0xff))
  expect(id).toBe('018f4d1e-7c00-7fff-bfff-ffffffffffff')
})

test('two uuid7 of one moment differ, and a later one sorts after', () => {
  expect(uuid7(1_800_000_000_000)).not.toBe(uuid7(1_800_000_000_000))
  expect(uuid7(1_800_000_000_000) < uuid7(1_800_000_000_001)).toBe(true)
})
