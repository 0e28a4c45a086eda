import { expect, test } from 'vitest'
import { pathOf } from '../../../pwa/src/signature/curve.ts'
import { boxOf, compact, isWritten, MOST_STROKES, type Stroke, thinned } from '../../../pwa/src/signature/strokes.ts'

/** A flourish of many points: loops that wander to the right, as a fast signature does. */
function flourish(points: number, shift = 0): Stroke {
  return Array.from({ length: points }, (_, i) => {
    const turn = (i / points) * 6 * Math.PI
    return [1000 + (7000 * i) / points + 700 * Math.cos(turn), 2500 + shift + 1200 * Math.sin(turn)]
  }).flat()
}

/** How far the farthest point of a line lies from another line. */
function farthest(from: Stroke, line: Stroke): number {
  let worst = 0
  for (let i = 0; i < from.length; i += 2) {
    const [x = 0, y = 0] = from.slice(i, i + 2)
    let nearest = Number.POSITIVE_INFINITY
    for (let j = 0; j + 3 < line.length; j += 2) {
      const [ax = 0, ay = 0, bx = 0, by = 0] = line.slice(j, j + 4)
      const square = (bx - ax) ** 2 + (by - ay) ** 2
      const along = square ? Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square)) : 0
      nearest = Math.min(nearest, Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)))
    }
    worst = Math.max(worst, nearest)
  }
  return worst
}

test('a signature of three fast lines is at most three kilobytes and within one hundredth of how it was written', () => {
  const written = [flourish(400), flourish(400, 900), flourish(300, -700)]
  const kept = compact(written)
  expect(JSON.stringify(kept).length).toBeLessThanOrEqual(3000)
  expect(kept).toHaveLength(3)
  for (const [i, stroke] of written.entries()) expect(farthest(stroke, kept[i] ?? [])).toBeLessThan(100)
})

test('what is kept are whole numbers of the pad, in pairs, also where the finger left it', () => {
  const kept = compact([[-50.4, 12.2, 5000, 20_000, 10_400, 88.8], flourish(200)])
  for (const stroke of kept) {
    expect(stroke.length % 2).toBe(0)
    for (const value of stroke) expect(Number.isInteger(value) && value >= 0 && value <= 10_000).toBe(true)
  }
  expect(kept[0]).toEqual([0, 12, 5000, 10_000, 10_000, 89])
})

test('whoever scribbles without end still gets a record that is taken', () => {
  const scribble = Array.from({ length: 150 }, (_, i) => flourish(500, i))
  const kept = compact(scribble)
  expect(kept).toHaveLength(MOST_STROKES)
  expect(JSON.stringify(kept).length).toBeLessThanOrEqual(3000)
  for (const stroke of kept) expect(stroke.length).toBeGreaterThanOrEqual(2)
})

test('a straight line is its two ends, a corner stays, a dot stays a dot', () => {
  expect(thinned([0, 0, 100, 101, 200, 199, 300, 300], 10)).toEqual([0, 0, 300, 300])
  expect(thinned([0, 0, 300, 0, 300, 300], 10)).toEqual([0, 0, 300, 0, 300, 300])
  expect(compact([[500, 600]])).toEqual([[500, 600]])
})

test('a slip of the finger is no signature', () => {
  expect(isWritten([])).toBe(false)
  expect(
    isWritten([
      [500, 600],
      [700, 600, 720, 640],
    ]),
  ).toBe(false)
  expect(isWritten([[500, 600, 1600, 600]])).toBe(true)
})

test('the drawing passes through every point, keeps corners sharp and shows a dot', () => {
  expect(pathOf([10, 20])).toBe('M10 20h0')
  expect(pathOf([0, 0, 300, 0, 300, 300])).toBe('M0 0C100 0 200 0 300 0C300 100 300 200 300 300')
  expect(pathOf([0, 0, 300, 0, 600, 90])).toMatch(/^M0 0C100 0 \d+ -\d+ 300 0C\d+ \d+ \d+ \d+ 600 90$/)
})

test('the box of a drawing holds all lines with room for the pen', () => {
  expect(
    boxOf(
      [
        [1000, 2000, 3000, 2500],
        [4000, 1500],
      ],
      100,
    ),
  ).toEqual([900, 1400, 3200, 1200])
})
