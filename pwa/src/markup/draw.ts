/** The same marks on a canvas, for a copy that leaves the house. */

import type { Mark } from '../contract/records.ts'
import { arrowOf, badgeOf, type Canvas, LOOK, numbersOf, type Point, plateOf, type Rect, rectOf } from './shapes.ts'

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** A copy is drawn as a screen of this many pixels would show it. */
const SCREEN = 640

/** A cover leaves at most this many patches along the longer side of what it covers. */
const PATCHES = 8

const FAMILY = '"PingFang SC", "HarmonyOS Sans SC", "MiSans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif'

export interface Drawing {
  /** Whether what is covered is made unreadable in the picture itself; else it is framed. */
  burnBlur: boolean
}

function cased(ctx: Context, unit: number, trace: () => void): void {
  ctx.lineCap = 'round'
  ctx.lineJoin = 'round'
  for (const [style, thick] of [
    [LOOK.casing, LOOK.casingThick],
    [LOOK.line, LOOK.thick],
  ] as const) {
    ctx.strokeStyle = style
    ctx.lineWidth = thick * unit
    ctx.beginPath()
    trace()
    ctx.stroke()
  }
}

function follow(ctx: Context, points: readonly Point[]): void {
  for (const [index, [x, y]] of points.entries()) index ? ctx.lineTo(x, y) : ctx.moveTo(x, y)
}

function circle(ctx: Context, mark: Mark, on: Canvas, number: number | undefined): void {
  const { x, y, w, h } = rectOf(mark, on)
  cased(ctx, on.unit, () => ctx.ellipse(x + w / 2, y + h / 2, w / 2, h / 2, 0, 0, Math.PI * 2))
  if (number === undefined) return
  const at = badgeOf(mark, on)
  ctx.fillStyle = LOOK.line
  ctx.fillRect(at.x, at.y, at.w, at.h)
  ctx.fillStyle = '#0f1412'
  ctx.font = `600 ${at.h * 0.7}px ${FAMILY}`
  ctx.textAlign = 'center'
  ctx.fillText(String(number), at.x + at.w / 2, at.y + at.h * 0.75)
}

function words(ctx: Context, mark: Mark, on: Canvas): void {
  const { x, y, w, h, lines, font, step, pad } = plateOf(mark, on)
  ctx.fillStyle = LOOK.plate
  ctx.fillRect(x, y, w, h)
  ctx.strokeStyle = LOOK.line
  ctx.lineWidth = 1.5 * on.unit
  ctx.strokeRect(x, y, w, h)
  ctx.fillStyle = LOOK.words
  ctx.font = `600 ${font}px ${FAMILY}`
  ctx.textAlign = 'left'
  for (const [index, line] of lines.entries()) ctx.fillText(line, x + pad, y + pad / 2 + step * (index + 0.77), w - pad)
}

/** The box in whole pixels, so that no half-covered row is left at its edge. */
function covering(rect: Rect, { width, height }: Canvas): Rect {
  const x = Math.max(0, Math.floor(rect.x))
  const y = Math.max(0, Math.floor(rect.y))
  return {
    x,
    y,
    w: Math.min(width, Math.ceil(rect.x + rect.w)) - x,
    h: Math.min(height, Math.ceil(rect.y + rect.h)) - y,
  }
}

/** The mean colour of a part of a picture. */
function meanOf(data: Uint8ClampedArray, row: number, from: Rect): string {
  const sum = [0, 0, 0]
  for (let y = from.y; y < from.y + from.h; y++)
    for (let x = from.x; x < from.x + from.w; x++)
      for (const channel of [0, 1, 2]) sum[channel] = (sum[channel] ?? 0) + (data[(y * row + x) * 4 + channel] ?? 0)
  return `rgb(${sum.map((all) => Math.round(all / (from.w * from.h))).join(', ')})`
}

/** Leaves of a box nothing but a few patches of its mean colours: nothing can be worked out from them. */
function burn(ctx: Context, box: Rect): void {
  if (box.w < 1 || box.h < 1) return
  const { data } = ctx.getImageData(box.x, box.y, box.w, box.h)
  const side = Math.ceil(Math.max(box.w, box.h) / PATCHES)
  for (let y = 0; y < box.h; y += side)
    for (let x = 0; x < box.w; x += side) {
      const patch = { x, y, w: Math.min(side, box.w - x), h: Math.min(side, box.h - y) }
      ctx.fillStyle = meanOf(data, box.w, patch)
      ctx.fillRect(box.x + x, box.y + y, patch.w, patch.h)
    }
}

function frame(ctx: Context, { x, y, w, h }: Rect, unit: number): void {
  ctx.strokeStyle = LOOK.casing
  ctx.lineWidth = 4 * unit
  ctx.strokeRect(x, y, w, h)
  ctx.setLineDash([7 * unit, 6 * unit])
  ctx.strokeStyle = '#ffffff'
  ctx.lineWidth = 2 * unit
  ctx.strokeRect(x, y, w, h)
  ctx.setLineDash([])
}

/** Draws marks over the picture that is on the canvas already, `width` by `height` pixels from its corner. */
export function drawMarks(
  ctx: Context,
  marks: readonly Mark[],
  width: number,
  height: number,
  { burnBlur }: Drawing,
): void {
  const on: Canvas = { width, height, unit: Math.max(width, height) / SCREEN }
  const numbers = numbersOf(marks)
  ctx.save()
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  const covers = marks.filter(({ shape }) => shape === 'blur').map((mark) => covering(rectOf(mark, on), on))
  // what is covered goes first: no line drawn near it may be smeared into its patches
  for (const box of covers) burnBlur ? burn(ctx, box) : frame(ctx, box, on.unit)
  for (const mark of marks) {
    if (mark.shape === 'circle') circle(ctx, mark, on, numbers.get(mark))
    if (mark.shape === 'arrow') {
      const { shaft, head } = arrowOf(mark, on)
      cased(ctx, on.unit, () => {
        follow(ctx, shaft)
        follow(ctx, head)
      })
    }
    if (mark.shape === 'text') words(ctx, mark, on)
  }
  ctx.restore()
}
