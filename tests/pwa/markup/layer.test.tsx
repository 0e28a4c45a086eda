// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Mark } from '../../../pwa/src/contract/records.ts'
import { drawMarks } from '../../../pwa/src/markup/draw.ts'
import { MarkLayer } from '../../../pwa/src/markup/MarkLayer.tsx'
import { Seen } from '../desk/office.ts'

const MARKS: Mark[] = [
  { shape: 'circle', box: [0, 0, 2000, 2000] },
  { shape: 'circle', box: [5000, 0, 7000, 2000] },
  { shape: 'arrow', box: [9000, 9000, 5000, 5000] },
  { shape: 'text', box: [1000, 6000, 1000, 6000], text: '台面裂' },
  { shape: 'blur', box: [2500, 2500, 7500, 7500] },
]

let seen: Seen
beforeEach(() => {
  seen = new Seen()
})
afterEach(() => seen.clear())

const layer = (marks: Mark[], uncovered = false) =>
  seen.draw(<MarkLayer marks={marks} width={400} height={300} uncovered={uncovered} />)

test('readers of the screen are told in one sentence what is marked', () => {
  layer(MARKS)
  const [svg] = seen.all('.marks')
  expect(svg?.getAttribute('role')).toBe('img')
  expect(svg?.getAttribute('aria-label')).toBe('标注：2 处圈出，1 处箭头，1 处文字：台面裂，1 处遮盖')
})

test('circles are numbered where there are several', () => {
  layer(MARKS)
  expect(seen.all('.marks text').map((one) => one.textContent)).toEqual(['1', '2', '台面裂', '遮'])
  layer(MARKS.slice(1))
  expect(seen.all('.marks text').map((one) => one.textContent)).toEqual(['台面裂', '遮'])
})

test('a cover is opaque, unless the person may look under it: then it is a dashed frame', () => {
  const only = MARKS.slice(4)
  const fills = () => seen.all('.marks > rect').map((one) => one.getAttribute('style') ?? '')
  layer(only)
  expect(fills().some((style) => /fill:\s*#28302c/.test(style))).toBe(true)
  layer(only, true)
  expect(fills().join('')).not.toContain('fill')
  expect(seen.all('.marks > rect[stroke-dasharray]')).toHaveLength(1)
})

/** A canvas that notes what is drawn on it, over a picture in which no two pixels are alike. */
function canvas() {
  const done: { name: string; style: unknown; args: unknown[] }[] = []
  const state: Record<string | symbol, unknown> = {}
  const picture = (_x: number, _y: number, w: number, h: number) => ({
    data: Uint8ClampedArray.from({ length: w * h * 4 }, (_, at) => (at * 7) % 256),
  })
  const ctx = new Proxy(state, {
    get: (_, name) => {
      if (name in state) return state[name]
      if (name === 'getImageData') return picture
      return (...args: unknown[]) => done.push({ name: String(name), style: state['fillStyle'], args })
    },
    set: (_, name, value) => {
      state[name] = value
      return true
    },
  })
  return { ctx: ctx as unknown as CanvasRenderingContext2D, done }
}

test('in a copy a cover leaves a few patches that fill it whole, laid before any line', () => {
  const { ctx, done } = canvas()
  drawMarks(ctx, MARKS, 400, 300, { burnBlur: true })
  const firstLine = done.findIndex(({ name }) => name === 'stroke')
  const patches = done.slice(0, firstLine).filter(({ name }) => name === 'fillRect')
  const area = patches.reduce((sum, { args }) => sum + Number(args[2]) * Number(args[3]), 0)
  expect(area).toBe(200 * 150)
  expect(patches.length).toBeLessThanOrEqual(64)
  for (const { style } of patches) expect(style).toMatch(/^rgb\(/)
})

test('in a copy for who may see everything nothing is burnt, the cover is framed', () => {
  const { ctx, done } = canvas()
  drawMarks(ctx, MARKS.slice(4), 400, 300, { burnBlur: false })
  expect(done.filter(({ name }) => name === 'fillRect')).toEqual([])
  expect(done.filter(({ name }) => name === 'strokeRect')).toHaveLength(2)
})
