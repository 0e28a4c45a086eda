/** What fingers and keys do to a mark. Points are picture pixels; a mark's box is whole parts of 10 000. */

import type { Mark } from '../contract/records.ts'
import { type Canvas, endsOf, type Point, plateOf, type Rect, rectOf, WHOLE } from './shapes.ts'

export type Shape = Mark['shape']
export type Box = Mark['box']

/** The server takes no more marks on one photo, and no longer text. */
export const MOST_MARKS = 40
export const LONGEST_TEXT = 60

/** The least side of a mark, in parts of 10 000: what is smaller is seen by nobody. */
export const LEAST = 150
/** A pointer that moved less has tapped, in pixels of the screen. */
export const STILL = 8
/** A finger takes what is this near, in pixels of the screen: targets of 48. */
export const REACH = 24

const between = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value))
const share = (value: number) => between(0, Math.round(value), WHOLE)

/** A point of the picture in parts of 10 000, kept inside it. */
export const shareOf = ([x, y]: Point, { width, height }: Canvas): Point => [
  share((x / width) * WHOLE),
  share((y / height) * WHOLE),
]

/** Two ends of one side at least `LEAST` apart, in order and inside the picture. */
function side(a: number, b: number): [number, number] {
  const from = Math.min(a, b)
  const to = Math.max(a, b)
  if (to - from >= LEAST) return [from, to]
  const begin = between(0, Math.round((from + to - LEAST) / 2), WHOLE - LEAST)
  return [begin, begin + LEAST]
}

/** The box of a mark between two points: an arrow keeps its direction, others begin at the top left. */
function boxBetween(shape: Shape, [x0, y0]: Point, [x1, y1]: Point): Box {
  if (shape === 'arrow') return [x0, y0, x1, y1]
  const [left, right] = side(x0, x1)
  const [top, bottom] = side(y0, y1)
  return [left, top, right, bottom]
}

const far = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1])

/** What a stroke from one point to another draws; `null` for a tap, and for an arrow that would have no length. */
export function drawnMark(shape: Shape, from: Point, to: Point, on: Canvas): Mark | null {
  const least = shape === 'arrow' ? STILL * 2 : STILL
  if (shape === 'text' || far(from, to) < least * on.unit) return null
  return { shape, box: boxBetween(shape, shareOf(from, on), shareOf(to, on)) }
}

/** A text that begins at a point. */
export function textMark(text: string, at: Point, on: Canvas): Mark {
  const [x, y] = shareOf(at, on)
  const { w, h } = plateOf({ shape: 'text', box: [0, 0, 0, 0], text }, on)
  return { shape: 'text', text, box: [x, y, share(x + (w / on.width) * WHOLE), share(y + (h / on.height) * WHOLE)] }
}

/** The same mark elsewhere, as large as it was; it stops at the picture's edge. */
export function movedBy(mark: Mark, dx: number, dy: number): Mark {
  const [x0, y0, x1, y1] = mark.box
  const x = Math.round(between(-Math.min(x0, x1), dx, WHOLE - Math.max(x0, x1)))
  const y = Math.round(between(-Math.min(y0, y1), dy, WHOLE - Math.max(y0, y1)))
  return { ...mark, box: [x0 + x, y0 + y, x1 + x, y1 + y] }
}

export type Handle = 'nw' | 'ne' | 'sw' | 'se' | 'from' | 'to'

/** The mark with one corner or end at a place, in parts of 10 000. A box dragged over its far corner stops before it. */
export function resized(mark: Mark, handle: Handle, [x, y]: Point): Mark {
  const [x0, y0, x1, y1] = mark.box
  if (handle === 'from') return { ...mark, box: [x, y, x1, y1] }
  if (handle === 'to') return { ...mark, box: [x0, y0, x, y] }
  const west = handle === 'nw' || handle === 'sw'
  const north = handle === 'nw' || handle === 'ne'
  const [left, right] = west ? [between(0, x, x1 - LEAST), x1] : [x0, between(x0 + LEAST, x, WHOLE)]
  const [top, bottom] = north ? [between(0, y, y1 - LEAST), y1] : [y0, between(y0 + LEAST, y, WHOLE)]
  return { ...mark, box: [left, top, right, bottom] }
}

/** The mark larger or smaller by a step of the keys: its second corner moves. A text has the size of its words. */
export function sizedBy(mark: Mark, dx: number, dy: number): Mark {
  const [, , x1, y1] = mark.box
  if (mark.shape === 'text') return mark
  return resized(mark, mark.shape === 'arrow' ? 'to' : 'se', [share(x1 + dx), share(y1 + dy)])
}

/** Where the handles of a mark are taken, a little outside of it, so that a small mark can still be moved. */
export function handlesOf(mark: Mark, on: Canvas): [Handle, Point][] {
  const [x0, y0, x1, y1] = endsOf(mark, on)
  if (mark.shape === 'text') return []
  const out = Math.max(6, REACH - Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)) / on.unit / 5) * on.unit
  if (mark.shape === 'arrow') {
    const way = Math.atan2(y1 - y0, x1 - x0)
    const [dx, dy] = [out * Math.cos(way), out * Math.sin(way)]
    return [
      ['from', [x0 - dx, y0 - dy]],
      ['to', [x1 + dx, y1 + dy]],
    ]
  }
  const { x, y, w, h } = rectOf(mark, on)
  return [
    ['nw', [x - out, y - out]],
    ['ne', [x + w + out, y - out]],
    ['sw', [x - out, y + h + out]],
    ['se', [x + w + out, y + h + out]],
  ]
}

/** The box a mark takes up as it is drawn: of a text that of its plate. */
export const boundsOf = (mark: Mark, on: Canvas, rem = 1): Rect =>
  mark.shape === 'text' ? plateOf(mark, on, rem) : rectOf(mark, on)

const within = ([px, py]: Point, { x, y, w, h }: Rect, more = 0): boolean =>
  px >= x - more && px <= x + w + more && py >= y - more && py <= y + h + more

/** How far a point is from the line between two others. */
function fromLine(at: Point, a: Point, b: Point): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const long = dx * dx + dy * dy
  const along = long > 0 ? between(0, ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / long, 1) : 0
  return far(at, [a[0] + along * dx, a[1] + along * dy])
}

const THIN = 14

/** Whether a point is on what is drawn of a mark: its line, its plate, its cover. Inside of a circle there is nothing. */
export function isOn(mark: Mark, at: Point, on: Canvas, rem = 1): boolean {
  const [x0, y0, x1, y1] = endsOf(mark, on)
  const near = THIN * on.unit
  if (mark.shape === 'arrow') return fromLine(at, [x0, y0], [x1, y1]) <= near
  const bounds = boundsOf(mark, on, rem)
  if (mark.shape !== 'circle') return within(at, bounds)
  const { x, y, w, h } = bounds
  const inside = (more: number) => {
    const [rx, ry] = [w / 2 + more, h / 2 + more]
    return rx > 0 && ry > 0 && ((at[0] - x - w / 2) / rx) ** 2 + ((at[1] - y - h / 2) / ry) ** 2 <= 1
  }
  return inside(near) && !inside(-near)
}

/** Whether a point is in the box of a mark; beside an arrow there is nothing of it. */
export const isIn = (mark: Mark, at: Point, on: Canvas, rem = 1): boolean =>
  mark.shape !== 'arrow' && within(at, boundsOf(mark, on, rem))

/** The mark at a point; of several the one drawn last. */
export function lastOn(marks: readonly Mark[], at: Point, on: Canvas, rem = 1): number | null {
  const touched = marks.flatMap((mark, index) => (isOn(mark, at, on, rem) ? [index] : []))
  return touched.at(-1) ?? null
}

/** Which mark a tap means: one it is on, else the smallest it is inside of. */
export function tapped(marks: readonly Mark[], at: Point, on: Canvas, rem = 1): number | null {
  const last = lastOn(marks, at, on, rem)
  if (last !== null) return last
  const around = marks.flatMap((mark, index) => {
    const { w, h } = boundsOf(mark, on, rem)
    return isIn(mark, at, on, rem) ? [{ index, area: w * h }] : []
  })
  return around.sort((a, b) => a.area - b.area)[0]?.index ?? null
}

/** How far from the middle the next mark lies that is put there, in parts of 10 000. */
const BESIDE = [0, 400, -400, 800, -800, 1200, -1200] as const

/** A new mark in the middle of the picture; beside those that lie there already. */
export function inTheMiddle(shape: Exclude<Shape, 'text'>, marks: readonly Mark[], on: Canvas): Mark {
  const half = Math.min(on.width, on.height) * 0.15
  const [x, y] = [on.width / 2, on.height / 2]
  const mark: Mark = {
    shape,
    box: boxBetween(shape, shareOf([x - half, y - half], on), shareOf([x + half, y + half], on)),
  }
  const taken = new Set(marks.map(({ box }) => String(box)))
  const places = BESIDE.flatMap((down) => BESIDE.map((right) => movedBy(mark, right, down)))
  return places.find(({ box }) => !taken.has(String(box))) ?? mark
}
