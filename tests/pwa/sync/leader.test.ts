import { expect, test } from 'vitest'
import { takeLease } from '../../../pwa/src/sync/leader.ts'
import { phoneOf } from '../phone.ts'

test('a lease is one tab’s until it runs out', async () => {
  const { outbox } = await phoneOf()
  expect(await takeLease(outbox, 'one', 0)).toBe(true)
  expect(await takeLease(outbox, 'two', 14_000)).toBe(false)
  expect(await takeLease(outbox, 'one', 14_000)).toBe(true)
  expect(await takeLease(outbox, 'two', 28_000)).toBe(false)
  expect(await takeLease(outbox, 'two', 29_001)).toBe(true)
  expect(await takeLease(outbox, 'one', 29_002)).toBe(false)
})

test('of two that ask at once one gets it', async () => {
  const { outbox } = await phoneOf()
  const both = await Promise.all([takeLease(outbox, 'one', 0), takeLease(outbox, 'two', 0)])
  expect(both.filter(Boolean)).toHaveLength(1)
})
