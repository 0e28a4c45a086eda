import { describe, expect, test } from 'vitest'
import {
  CLOSE,
  clamped,
  FITTED,
  fitIn,
  keyed,
  larger,
  MOST,
  type Point,
  pinched,
  scaledAt,
  smaller,
  strokeStep,
  tappedTwice,
  wheeled,
  type Zoom,
} from '../../../pwa/src/viewer/zoom.ts'

const FRAME = { width: 360, height: 480 }

/** Which point of the fitted picture lies at a place of the frame. */
const under = ({ scale, x, y }: Zoom, at: Point): Point => ({ x: (at.x - x) / scale, y: (at.y - y) / scale })

function near(a: Point, b: Point) {
  expect(a.x).toBeCloseTo(b.x, 6)
  expect(a.y).toBeCloseTo(b.y, 6)
}

describe('a picture in its frame', () => {
  test('is shown whole, as large as there is room, wide or high', () => {
    expect(fitIn(FRAME, { width: 1600, height: 1200 })).toEqual({ width: 360, height: 270 })
    expect(fitIn(FRAME, { width: 600, height: 1200 })).toEqual({ width: 240, height: 480 })
    expect(fitIn(FRAME, { width: 0, height: 0 })).toEqual(FRAME)
  })

  test('never leaves the frame, and stays in its middle while it is narrower', () => {
    const fitted = fitIn(FRAME, { width: 1600, height: 1200 })
    expect(clamped({ scale: 1, x: 40, y: -90 }, FRAME, fitted)).toEqual(FITTED)
    expect(clamped({ scale: 1.5, x: 999, y: 999 }, FRAME, fitted)).toEqual({ scale: 1.5, x: 90, y: 0 })
    expect(clamped({ scale: 4, x: -999, y: -999 }, FRAME, fitted)).toEqual({ scale: 4, x: -540, y: -300 })
    expect(clamped({ scale: 0.2, x: 0, y: 0 }, FRAME, fitted).scale).toBe(1)
    expect(clamped({ scale: 99, x: 0, y: 0 }, FRAME, fitted).scale).toBe(MOST)
  })
})

describe('enlarging', () => {
  const at = { x: 70, y: -33 }
  const some: Zoom = { scale: 1.7, x: -12, y: 30 }

  test('a wheel keeps what lies under the cursor there, both ways', () => {
    const closer = wheeled(some, -240, false, at)
    expect(closer.scale).toBeGreaterThan(some.scale)
    near(under(closer, at), under(some, at))
    const back = wheeled(closer, 240, false, at)
    expect(back.scale).toBeCloseTo(some.scale, 6)
    near(back, some)
  })

  test('a touchpad pinches by small turns of the wheel', () => {
    expect(wheeled(FITTED, -10, true, at).scale).toBeGreaterThan(wheeled(FITTED, -10, false, at).scale)
  })

  test('two fingers keep between them what was there when they came down', () => {
    const from = [at, { x: -50, y: 61 }] as const
    const to = [
      { x: 150, y: -100 },
      { x: -110, y: 92 },
    ] as const
    const next = pinched(some, from, to)
    const mid = ([a, b]: readonly [Point, Point]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
    near(under(next, mid(to)), under(some, mid(from)))
    expect(next.scale).toBeGreaterThan(some.scale)
  })

  test('two fingers that only move together move the picture', () => {
    const from = [at, { x: -50, y: 61 }] as const
    const moved = from.map(({ x, y }) => ({ x: x + 20, y: y - 9 })) as unknown as readonly [Point, Point]
    near(pinched(some, from, moved), { x: some.x + 20, y: some.y - 9 })
  })

  test('a double tap goes close to what was tapped, and back', () => {
    const close = tappedTwice(FITTED, at)
    expect(close.scale).toBe(CLOSE)
    near(under(close, at), at)
    expect(tappedTwice(close, { x: 0, y: 0 })).toEqual(FITTED)
  })

  test('no step leads beyond the least and the most', () => {
    let zoom = FITTED
    for (let i = 0; i < 20; i++) zoom = larger(zoom)
    expect(zoom.scale).toBe(MOST)
    for (let i = 0; i < 20; i++) zoom = smaller(zoom)
    expect(zoom.scale).toBe(1)
    expect(scaledAt(FITTED, 0.1, at).scale).toBe(1)
  })
})

describe('keys', () => {
  test('enlarge, shrink and fit', () => {
    expect(keyed(FITTED, '+', FRAME)?.scale).toBe(1.5)
    expect(keyed(FITTED, '=', FRAME)?.scale).toBe(1.5)
    expect(keyed({ scale: 3, x: 1, y: 1 }, '-', FRAME)?.scale).toBe(2)
    expect(keyed({ scale: 3, x: 1, y: 1 }, '0', FRAME)).toEqual(FITTED)
    expect(keyed(FITTED, 'k', FRAME)).toBeNull()
  })

  test('arrows look around in an enlarged picture, and are left to the album in a fitted one', () => {
    const zoom: Zoom = { scale: 2, x: 0, y: 0 }
    expect(keyed(zoom, 'ArrowRight', FRAME)?.x).toBeLessThan(0)
    expect(keyed(zoom, 'ArrowLeft', FRAME)?.x).toBeGreaterThan(0)
    expect(keyed(zoom, 'ArrowDown', FRAME)?.y).toBeLessThan(0)
    expect(keyed(zoom, 'ArrowUp', FRAME)?.y).toBeGreaterThan(0)
    for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp']) expect(keyed(FITTED, key, FRAME)).toBeNull()
  })
})

test('a stroke turns the page if it was far or quick, and went to the side', () => {
  expect(strokeStep(-130, 10, 900, 360)).toBe(1)
  expect(strokeStep(130, 10, 900, 360)).toBe(-1)
  expect(strokeStep(-60, 5, 80, 360)).toBe(1)
  expect(strokeStep(-60, 5, 900, 360)).toBe(0)
  expect(strokeStep(-20, 5, 10, 360)).toBe(0)
  expect(strokeStep(-130, 120, 200, 360)).toBe(0)
})
