/** What fingers and a mouse do to a picture in its frame: pinch, drag, tap twice, stroke to the next. */

import { type Point, pinched, type Size, strokeStep, tappedTwice, type Zoom } from './zoom.ts'

/** The second tap of a double tap comes within this time, ms, and this near, px. */
const TWICE_WITHIN = 300
const TWICE_NEAR = 32
/** A finger that moved less has not moved, px. */
const STILL = 8

export interface Held {
  zoom: () => Zoom
  frame: () => Size
  /** Lays the picture elsewhere; `settled`: the movement is over. */
  lay: (zoom: Zoom, settled: boolean) => void
  /** Shifts a fitted picture along with a stroke; 0: it is back. */
  drag: (dx: number) => void
  step: (by: -1 | 1) => void
}

interface Grip {
  zoom: Zoom
  from: Point[]
  at: number
  moved: boolean
}

/** Follows every pointer on `frame`; returns what ends it. */
export function follow(frame: HTMLElement, held: Held): () => void {
  const down = new Map<number, Point>()
  let grip: Grip = { zoom: held.zoom(), from: [], at: 0, moved: false }
  let tapped: (Point & { at: number }) | null = null

  const place = (event: PointerEvent): Point => {
    const box = frame.getBoundingClientRect()
    return { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 }
  }
  const grasp = (at: number, moved: boolean) => {
    grip = { zoom: held.zoom(), from: [...down.values()], at, moved }
  }
  const isButton = (event: Event) => (event.target as Element).closest('button, a, input, [role="slider"]') !== null

  function onDown(event: PointerEvent) {
    if (event.button !== 0 || isButton(event)) return
    frame.setPointerCapture?.(event.pointerId)
    down.set(event.pointerId, place(event))
    if (down.size > 1) held.drag(0)
    grasp(event.timeStamp, down.size > 1)
  }

  function onMove(event: PointerEvent) {
    if (!down.has(event.pointerId)) return
    down.set(event.pointerId, place(event))
    const [from, other] = grip.from
    const [to, second] = [...down.values()]
    if (!from || !to) return
    if (other && second) return held.lay(pinched(grip.zoom, [from, other], [to, second]), false)
    const [dx, dy] = [to.x - from.x, to.y - from.y]
    grip.moved ||= Math.hypot(dx, dy) > STILL
    if (!grip.moved) return
    if (grip.zoom.scale > 1) held.lay({ ...grip.zoom, x: grip.zoom.x + dx, y: grip.zoom.y + dy }, false)
    else held.drag(dx)
  }

  function tap(at: Point, time: number) {
    const twice = tapped && time - tapped.at < TWICE_WITHIN && Math.hypot(at.x - tapped.x, at.y - tapped.y) < TWICE_NEAR
    tapped = twice ? null : { ...at, at: time }
    if (twice) held.lay(tappedTwice(held.zoom(), at), true)
  }

  function onUp(event: PointerEvent) {
    const to = down.get(event.pointerId)
    if (!to) return
    down.delete(event.pointerId)
    const [from] = grip.from
    const stroke = grip.from.length === 1 && grip.moved && grip.zoom.scale <= 1
    if (event.type === 'pointerup' && from && !grip.moved) tap(to, event.timeStamp)
    else if (stroke && from) {
      held.drag(0)
      const by = strokeStep(to.x - from.x, to.y - from.y, event.timeStamp - grip.at, held.frame().width)
      if (by !== 0 && event.type === 'pointerup') held.step(by)
    } else held.lay(held.zoom(), down.size === 0)
    // a finger that stays goes on from where the picture is now
    grasp(event.timeStamp, down.size > 0)
  }

  const over = new AbortController()
  const { signal } = over
  frame.addEventListener('pointerdown', onDown, { signal })
  frame.addEventListener('pointermove', onMove, { signal })
  frame.addEventListener('pointerup', onUp, { signal })
  frame.addEventListener('pointercancel', onUp, { signal })
  return () => over.abort()
}
