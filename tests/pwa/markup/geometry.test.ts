import { describe, expect, test } from 'vitest'
import type { Mark } from '../../../pwa/src/contract/records.ts'
import {
  type Box,
  drawnMark,
  handlesOf,
  inTheMiddle,
  LEAST,
  MOST_MARKS,
  movedBy,
  REACH,
  resized,
  sizedBy,
  tapped,
  textMark,
} from '../../../pwa/src/markup/geometry.ts'
import { dragged, grasped, type Scene } from '../../../pwa/src/markup/grip.ts'
import { arrowOf, badgeOf, type Canvas, plateOf, widthOf, wrapped } from '../../../pwa/src/markup/shapes.ts'

/** A picture of 1600 × 1200 on a screen where it is 400 × 300. */
const ON: Canvas = { width: 1600, height: 1200, unit: 4 }

const circle = (...box: Box): Mark => ({ shape: 'circle', box })
const arrow = (...box: Box): Mark => ({ shape: 'arrow', box })
const cover = (...box: Box): Mark => ({ shape: 'blur', box })
const text = (words: string, x: number, y: number): Mark => ({ shape: 'text', text: words, box: [x, y, x, y] })

describe('a stroke', () => {
  test('draws from corner to corner, whichever way it goes', () => {
    expect(drawnMark('circle', [800, 600], [160, 120], ON)).toEqual(circle(1000, 1000, 5000, 5000))
    expect(drawnMark('arrow', [800, 600], [160, 120], ON)).toEqual(arrow(5000, 5000, 1000, 1000))
  })

  test('that leaves the picture stops at its edge', () => {
    expect(drawnMark('blur', [800, 600], [9999, -50], ON)).toEqual(cover(5000, 0, 10000, 5000))
  })

  test('that is a tap draws nothing, nor does an arrow without a length', () => {
    for (const shape of ['circle', 'blur', 'arrow'] as const)
      expect(drawnMark(shape, [800, 600], [820, 610], ON)).toBeNull()
    expect(drawnMark('arrow', [800, 600], [850, 600], ON)).toBeNull()
  })

  test('that is flat still draws something that can be seen, also at the edge', () => {
    for (const y of [600, 0, 1200]) {
      const [, y0, , y1] = drawnMark('circle', [100, y], [900, y], ON)?.box ?? [0, 0, 0, 0]
      expect(y1 - y0).toBe(LEAST)
      expect(Math.min(y0, 10_000 - y1)).toBeGreaterThanOrEqual(0)
    }
  })
})

describe('a mark', () => {
  test('moved beyond the edge stops there as large as it was', () => {
    expect(movedBy(circle(1000, 1000, 3000, 2000), -5000, 300).box).toEqual([0, 1300, 2000, 2300])
    expect(movedBy(arrow(9000, 8000, 6000, 9500), 9999, 9999).box).toEqual([10000, 8500, 7000, 10000])
  })

  test('resized over its far corner stops before it', () => {
    expect(resized(circle(1000, 1000, 3000, 3000), 'se', [0, 0]).box).toEqual([1000, 1000, 1150, 1150])
    expect(resized(circle(1000, 1000, 3000, 3000), 'nw', [9000, 500]).box).toEqual([2850, 500, 3000, 3000])
    expect(resized(arrow(1000, 1000, 3000, 3000), 'from', [9000, 0]).box).toEqual([9000, 0, 3000, 3000])
  })

  test('grows by keys inside the picture only; a text keeps the size of its words', () => {
    expect(sizedBy(cover(9000, 9000, 9950, 9950), 100, 100).box).toEqual([9000, 9000, 10000, 10000])
    expect(sizedBy(text('a', 5, 5), 100, 100)).toEqual(text('a', 5, 5))
  })

  test('is whole parts of the picture after whatever is done to it', () => {
    const odd = dragged({ kind: 'move', from: [0, 0], index: 0, mark: circle(10, 10, 500, 500) }, [33, 7], sceneOf([]))
    for (const share of odd?.box ?? [0.5]) expect(Number.isInteger(share)).toBe(true)
  })

  test('put in the middle does not hide one that lies there', () => {
    const marks: Mark[] = []
    while (marks.length < MOST_MARKS) marks.push(inTheMiddle('circle', marks, ON))
    expect(new Set(marks.map(({ box }) => String(box))).size).toBe(MOST_MARKS)
    for (const { box } of marks) for (const share of box) expect(share >= 0 && share <= 10_000).toBe(true)
  })

  test('a small one leaves room for a finger to move it between its handles', () => {
    const small = circle(5000, 5000, 5200, 5200)
    const middle: [number, number] = [816, 612]
    expect(handlesOf(small, ON).every(([, [x, y]]) => Math.hypot(x - middle[0], y - middle[1]) > REACH * ON.unit)).toBe(
      true,
    )
    expect(grasped(middle, sceneOf([small], 0)).kind).toBe('move')
  })
})

function sceneOf(marks: Mark[], selected: number | null = null, locked: Mark[] = []): Scene {
  return { marks, selected, tool: 'circle', on: ON, rem: 1, isLocked: (mark) => locked.includes(mark) }
}

describe('a finger', () => {
  const wide = circle(2000, 2000, 8000, 8000)

  test('takes a line it touches, and draws inside of a circle that is not selected', () => {
    expect(grasped([800, 245], sceneOf([wide]))).toMatchObject({ kind: 'move', index: 0 })
    expect(grasped([800, 600], sceneOf([wide])).kind).toBe('draw')
    expect(grasped([800, 600], sceneOf([wide], 0)).kind).toBe('move')
  })

  test('takes handles within 24 px of the screen, of the selected mark alone', () => {
    const [, [x, y]] = handlesOf(wide, ON)[3] ?? ['se', [0, 0]]
    expect(grasped([x + 23 * 4, y], sceneOf([wide], 0))).toMatchObject({ kind: 'resize', handle: 'se' })
    expect(grasped([x + 25 * 4, y], sceneOf([wide], 0)).kind).toBe('draw')
    expect(grasped([x, y], sceneOf([wide])).kind).toBe('draw')
  })

  test('a corner follows it without a jump', () => {
    const [, at] = handlesOf(wide, ON)[3] ?? ['se', [0, 0]]
    const scene = sceneOf([wide], 0)
    const grip = grasped([at[0] + 10, at[1] + 10], scene)
    expect(dragged(grip, [at[0] + 10, at[1] + 10], scene)?.box).toEqual(wide.box)
    expect(dragged(grip, [at[0] + 170, at[1] + 10], scene)?.box).toEqual([2000, 2000, 9000, 8000])
  })

  test('moves no cover that must stay', () => {
    const kept = cover(2000, 2000, 8000, 8000)
    expect(grasped([800, 600], sceneOf([kept], 0, [kept])).kind).toBe('draw')
  })

  test('that taps means the line it is on, else the smallest mark around', () => {
    const marks = [wide, circle(4000, 4000, 6000, 6000), text('字', 100, 9000)]
    expect(tapped(marks, [800, 600], ON)).toBe(1)
    expect(tapped(marks, [800, 245], ON)).toBe(0)
    expect(tapped(marks, [30, 1100], ON)).toBe(2)
    expect(tapped(marks, [1580, 20], ON)).toBeNull()
    expect(tapped([arrow(0, 0, 10_000, 10_000)], [1500, 100], ON)).toBeNull()
  })
})

describe('words', () => {
  test('are wrapped between words and characters, and nothing is lost', () => {
    const said = '台席正面贴了两张海报，3 号玻璃 Notice'
    const lines = wrapped(said, 8)
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(8)
    expect(lines.join('').replaceAll(' ', '')).toBe(said.replaceAll(' ', ''))
    expect(lines.some((line) => line.includes('Notice'))).toBe(true)
    expect(wrapped('W'.repeat(30), 8).join('')).toBe('W'.repeat(30))
  })

  test('stay inside the picture wherever they begin', () => {
    const plate = plateOf(text('字'.repeat(60), 9900, 9900), ON)
    expect(plate.x + plate.w).toBeLessThanOrEqual(1600)
    expect(plate.y + plate.h).toBeLessThanOrEqual(1200)
    expect(plate.lines.length).toBeGreaterThan(1)
  })

  test('a new text carries where it begins', () => {
    expect(textMark('裂', [400, 300], ON)).toMatchObject({
      text: '裂',
      box: [2500, 2500, expect.any(Number), expect.any(Number)],
    })
  })
})

test('an arrow ends in its tip, and its head is never longer than its shaft', () => {
  const { head, shaft } = arrowOf(arrow(5000, 5000, 5100, 5000), ON)
  expect(head[1]).toEqual(shaft[1])
  expect(shaft[1][0] - head[0][0]).toBeLessThan(shaft[1][0] - shaft[0][0])
})

test('the number of a circle in the corner stays on the picture', () => {
  const { x, y } = badgeOf(circle(0, 0, 500, 500), ON)
  expect(Math.min(x, y)).toBe(0)
})
