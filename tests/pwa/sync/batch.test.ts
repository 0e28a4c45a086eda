import { expect, test } from 'vitest'
import type { OwnChange } from '../../../pwa/src/core/change.ts'
import { isIndivisible, takeBatch, wireOf } from '../../../pwa/src/sync/batch.ts'

const change = (n: number, group?: number, text = ''): OwnChange => {
  const own: OwnChange = { n, at: 1, type: 'finding', id: 'f', root: 'r', set: { note: [text] } }
  return group === undefined ? own : { ...own, group }
}
const numbers = (batch: OwnChange[]) => batch.map(({ n }) => n)

test('a group is never split: it waits for the next batch, or goes alone', () => {
  const waiting = [change(1), change(2, 2), change(3, 2), change(4, 2), change(5)]
  expect(numbers(takeBatch(waiting, 3))).toEqual([1])
  expect(numbers(takeBatch(waiting.slice(1), 2))).toEqual([2, 3, 4])
  expect(numbers(takeBatch(waiting, 4))).toEqual([1, 2, 3, 4])
})

test('groups that follow each other are two', () => {
  const waiting = [change(1, 1), change(2, 1), change(3, 3), change(4, 3)]
  expect(numbers(takeBatch(waiting, 2))).toEqual([1, 2])
  expect(isIndivisible(waiting)).toBe(false)
  expect(isIndivisible(waiting.slice(0, 2))).toBe(true)
})

test('at most 200 KiB, counted as they travel; one change goes however large', () => {
  const large = '柜'.repeat(30_000)
  const waiting = [change(1, undefined, large), change(2, undefined, large), change(3, undefined, large)]
  expect(numbers(takeBatch(waiting, 500))).toEqual([1, 2])
  expect(numbers(takeBatch([change(1, undefined, large.repeat(4)), change(2)], 500))).toEqual([1])
})

test('what only the phone needs stays on the phone', () => {
  expect(wireOf({ ...change(1), device: 4 })).toEqual({ n: 1, at: 1, type: 'finding', id: 'f', set: { note: [''] } })
})
