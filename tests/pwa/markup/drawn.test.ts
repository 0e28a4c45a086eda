import { expect, test } from 'vitest'
import type { Mark } from '../../../pwa/src/contract/records.ts'
import { begun, merged, redone, stepped, undone } from '../../../pwa/src/markup/drawn.ts'

const mark = (x: number): Mark => ({ shape: 'circle', box: [x, 0, x + 500, 500] })
const [A, B, C] = [mark(0), mark(1), mark(2)] as const

test('every step can be taken back, and taken again', () => {
  const two = stepped(stepped(begun([]), [A]), [A, B])
  expect(undone(two).marks).toEqual([A])
  expect(undone(undone(two)).marks).toEqual([])
  expect(redone(undone(undone(two))).marks).toEqual([A])
  expect(redone(redone(undone(undone(two)))).marks).toEqual([A, B])
})

test('with nothing to take back or again it stays the same', () => {
  const none = begun([A])
  expect(undone(none)).toBe(none)
  expect(redone(none)).toBe(none)
  expect(stepped(none, [{ ...A }])).toBe(none)
})

test('a new step forgets what was undone', () => {
  const other = stepped(undone(stepped(begun([]), [A])), [B])
  expect(redone(other)).toBe(other)
  expect(undone(other).marks).toEqual([])
})

test('a key that is held down is one step', () => {
  const held = [B, C].reduce((drawn, next) => stepped(drawn, [next], 'move 0'), begun([A]))
  expect(undone(held).marks).toEqual([A])
  const other = stepped(held, [A], 'size 0')
  expect(undone(other).marks).toEqual([C])
})

test('what others drew meanwhile stays, what was deleted here goes', () => {
  expect(merged([A], [A, B], [A])).toEqual([A, B])
  expect(merged([A], [A, B], [A, C])).toEqual([A, C, B])
  expect(merged([A], [], [A, C])).toEqual([C])
  expect(merged([A, B], [A, B, C], [B])).toEqual([B, C])
  expect(merged([A], [A, B], [A, B])).toEqual([A, B])
})
