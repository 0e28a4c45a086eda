import { afterEach, beforeEach, expect, test } from 'vitest'
import { follow } from '../../../pwa/src/viewer/fingers.ts'
import { CLOSE, FITTED, type Zoom } from '../../../pwa/src/viewer/zoom.ts'

const FRAME = { width: 360, height: 480 }

let frame: HTMLElement
let zoom: Zoom
let settled: boolean
let steps: number[]
let shift: number
let end: () => void

beforeEach(() => {
  frame = document.createElement('div')
  frame.getBoundingClientRect = () => new DOMRect(0, 0, FRAME.width, FRAME.height)
  ;[zoom, settled, steps, shift] = [FITTED, true, [], 0]
  end = follow(frame, {
    zoom: () => zoom,
    frame: () => FRAME,
    lay: (next, over) => {
      zoom = next
      settled = over
    },
    drag: (dx) => {
      shift = dx
    },
    step: (by) => steps.push(by),
  })
})

afterEach(() => end())

type Kind = 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel'

function finger(kind: Kind, clientX: number, clientY: number, pointerId = 1, on: Element = frame) {
  on.dispatchEvent(new PointerEvent(kind, { clientX, clientY, pointerId, button: 0, bubbles: true }))
}

function tap(x: number, y: number) {
  finger('pointerdown', x, y)
  finger('pointerup', x, y)
}

test('two fingers that part enlarge the picture, and it has come to rest when both have gone', () => {
  finger('pointerdown', 150, 240, 1)
  finger('pointerdown', 210, 240, 2)
  finger('pointermove', 90, 240, 1)
  finger('pointermove', 270, 240, 2)
  expect(zoom.scale).toBeCloseTo(3, 6)
  expect(settled).toBe(false)
  finger('pointerup', 90, 240, 1)
  expect(settled).toBe(false)
  finger('pointerup', 270, 240, 2)
  expect(settled).toBe(true)
  expect(steps).toEqual([])
})

test('a finger that stays after a pinch moves the picture from where it is', () => {
  finger('pointerdown', 150, 240, 1)
  finger('pointerdown', 210, 240, 2)
  finger('pointermove', 270, 240, 2)
  finger('pointerup', 270, 240, 2)
  const before = zoom
  finger('pointermove', 160, 250, 1)
  expect(zoom).toEqual({ ...before, x: before.x + 10, y: before.y + 10 })
})

test('two taps go close to where they fell, and two more back', () => {
  tap(300, 100)
  expect(zoom).toEqual(FITTED)
  tap(302, 101)
  expect(zoom.scale).toBe(CLOSE)
  tap(100, 100)
  tap(100, 100)
  expect(zoom).toEqual(FITTED)
})

test('two taps in different places are no double tap', () => {
  tap(300, 100)
  tap(60, 400)
  expect(zoom).toEqual(FITTED)
})

test('a stroke over a fitted picture takes it along and turns the page', () => {
  finger('pointerdown', 300, 240)
  finger('pointermove', 200, 244)
  expect(shift).toBe(-100)
  finger('pointermove', 120, 244)
  finger('pointerup', 120, 244)
  expect(steps).toEqual([1])
  expect(shift).toBe(0)
})

test('a stroke over an enlarged picture moves it and turns no page', () => {
  zoom = { scale: 2, x: 0, y: 0 }
  finger('pointerdown', 300, 240)
  finger('pointermove', 120, 260)
  finger('pointerup', 120, 260)
  expect(zoom).toEqual({ scale: 2, x: -180, y: 20 })
  expect(steps).toEqual([])
})

test('a stroke that the browser takes over turns no page, and the picture is back', () => {
  finger('pointerdown', 300, 240)
  finger('pointermove', 120, 240)
  finger('pointercancel', 120, 240)
  expect(steps).toEqual([])
  expect(shift).toBe(0)
})

test('a button over the picture keeps its own taps', () => {
  const button = document.createElement('button')
  frame.append(button)
  finger('pointerdown', 300, 240, 1, button)
  finger('pointermove', 100, 240, 1, button)
  finger('pointerup', 100, 240, 1, button)
  expect([shift, steps]).toEqual([0, []])
})
