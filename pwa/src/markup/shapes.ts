/**
 * Where the lines of a mark run, in picture pixels: the layer on the screen and the exported copy draw the same.
 * `unit` is how many picture pixels are as large as one pixel of the screen: arrowheads and words keep their size there.
 */

import type { Mark } from '../contract/records.ts'

/** A picture as it is drawn on. */
export interface Canvas {
  width: number
  height: number
  unit: number
}

export interface Rect {
  x: number
  y: number
  w: number
  h: number
}

/** Boxes are given in this many parts of the picture's width and height. */
export const WHOLE = 10_000

/** Bright lines with a dark casing are seen on light and on dark pictures. */
export const LOOK = {
  line: '#ffd15c',
  casing: 'rgba(9, 14, 12, .82)',
  plate: 'rgba(9, 14, 12, .88)',
  words: '#ffffff',
  cover: '#28302c',
  coverLine: '#3c4742',
  coverEdge: '#aebbb4',
  thick: 3,
  casingThick: 6,
} as const

const xOf = (share: number, { width }: Canvas) => (share / WHOLE) * width
const yOf = (share: number, { height }: Canvas) => (share / WHOLE) * height

/** The corners of a mark as it was drawn: an arrow may point anywhere. */
export function endsOf(mark: Mark, on: Canvas): [number, number, number, number] {
  const [x0, y0, x1, y1] = mark.box
  return [xOf(x0, on), yOf(y0, on), xOf(x1, on), yOf(y1, on)]
}

/** The box of a mark, its first corner at the top left. */
export function rectOf(mark: Mark, on: Canvas): Rect {
  const [x0, y0, x1, y1] = endsOf(mark, on)
  return { x: Math.min(x0, x1), y: Math.min(y0, y1), w: Math.abs(x1 - x0), h: Math.abs(y1 - y0) }
}

export type Point = [number, number]

export interface Arrow {
  shaft: [Point, Point]
  /** The tip in the middle. */
  head: [Point, Point, Point]
}

const HEAD = 18
const HEAD_OPEN = Math.PI / 6.5

/** An arrow from its first corner to its second; the head is never longer than most of a short shaft. */
export function arrowOf(mark: Mark, on: Canvas): Arrow {
  const [x0, y0, x1, y1] = endsOf(mark, on)
  const way = Math.atan2(y1 - y0, x1 - x0)
  const long = Math.min(HEAD * on.unit, Math.hypot(x1 - x0, y1 - y0) * 0.7)
  const barb = (side: 1 | -1): Point => [
    x1 - long * Math.cos(way + side * HEAD_OPEN),
    y1 - long * Math.sin(way + side * HEAD_OPEN),
  ]
  return {
    shaft: [
      [x0, y0],
      [x1, y1],
    ],
    head: [barb(1), [x1, y1], barb(-1)],
  }
}

export interface Plate extends Rect {
  lines: string[]
  font: number
  /** Height of a line, and how far the words are from the edge. */
  step: number
  pad: number
}

const FONT = 15
/** On a small picture the words shrink with it. */
const NARROW = 22
const WIDEST = 0.62

/** How wide a character is, in parts of its height. */
function wide(character: string): number {
  if ((character.codePointAt(0) ?? 0) >= 0x2e80) return 1
  if (/[iljtfr.,:;!|'"()[\] ]/.test(character)) return 0.36
  if (/[mwMW@%]/.test(character)) return 0.92
  return /[A-Z0-9]/.test(character) ? 0.68 : 0.58
}

export const widthOf = (text: string): number => [...text].reduce((sum, character) => sum + wide(character), 0)

/** What may not be torn apart: a word of letters, or one other character. */
const PIECES = /[\p{Script=Latin}\p{N}'’.,:;!?%-]+\s*|./gu

/** Lines no wider than `widest` times their height; a word that is longer than a line is torn. */
export function wrapped(text: string, widest: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const whole of text.match(PIECES) ?? []) {
    for (const piece of widthOf(whole) > widest ? [...whole] : [whole]) {
      if (line && widthOf((line + piece).trimEnd()) > widest) {
        lines.push(line.trimEnd())
        line = ''
      }
      line += piece
    }
  }
  return line.trim() ? [...lines, line.trimEnd()] : lines
}

/** The plate of a text: it begins at the mark's first corner, but never leaves the picture. */
export function plateOf(mark: Mark, on: Canvas, rem = 1): Plate {
  const font = Math.min(FONT * rem * on.unit, on.width / NARROW)
  const pad = font * 0.45
  const step = font * 1.3
  const lines = wrapped(mark.text ?? '', (on.width * WIDEST) / font)
  const w = Math.max(font, ...lines.map((line) => widthOf(line) * font)) + pad * 2
  const h = Math.max(1, lines.length) * step + pad
  const [x, y] = endsOf(mark, on)
  return {
    x: Math.max(0, Math.min(x, on.width - w)),
    y: Math.max(0, Math.min(y, on.height - h)),
    w,
    h,
    lines,
    font,
    step,
    pad,
  }
}

/** The number at a circle's corner, for who speaks of "the second one"; a circle alone has none. */
export function numbersOf(marks: readonly Mark[]): Map<Mark, number> {
  const circles = marks.filter(({ shape }) => shape === 'circle')
  return new Map(circles.length > 1 ? circles.map((mark, index) => [mark, index + 1]) : [])
}

/** Where such a number sits: at the top left of the ellipse, inside the picture. */
export function badgeOf(mark: Mark, on: Canvas): Rect {
  const { x, y, w, h } = rectOf(mark, on)
  const side = Math.min(20 * on.unit, on.width / 12)
  // where the ellipse crosses the diagonal of its box
  const at = (from: number, extent: number, most: number) =>
    Math.max(0, Math.min(from + extent * 0.1464 - side / 2, most - side))
  return { x: at(x, w, on.width), y: at(y, h, on.height), w: side, h: side }
}

/** Whether a cover has room for its word. */
export const hasRoom = (rect: Rect, text: string, unit: number): boolean =>
  rect.w > (widthOf(text) * 14 + 12) * unit && rect.h > 24 * unit
