/** Pointers on the picture: one draws or drags, two enlarge and move the picture itself. */

import { type Point as Place, pinched, type Size, wheeled, type Zoom } from '../viewer/zoom.ts'
import { STILL } from './geometry.ts'

export interface Held {
  zoom: () => Zoom
  lay: (zoom: Zoom) => void
  /** One finger, in pixels of the screen: whether it is taken up at all, its way, its end. */
  begin: (x: number, y: number) => void
  move: (x: number, y: number) => void
  end: (x: number, y: number, tap: boolean) => void
  /** It was no stroke after all. */
  cancel: () => void
}

interface Stroke {
  id: number
  from: Place
  moved: boolean
}

/** Follows every pointer on `frame`; returns what ends it. */
export function follow(frame: HTMLElement, held: () => Held): () => void {
  const down = new Map<number, Place>()
  let stroke: Stroke | null = null
  let pinch: { zoom: Zoom; from: [Place, Place] } | null = null

  const inFrame = ({ x, y }: Place): Place => {
    const box = frame.getBoundingClientRect()
    return { x: x - box.left - box.width / 2, y: y - box.top - box.height / 2 }
  }
  const isButton = (event: Event) => (event.target as Element).closest('[data-own-tap]') !== null

  function grip(): void {
    const [a, b] = [...down.values()]
    pinch = a && b ? { zoom: held().zoom(), from: [inFrame(a), inFrame(b)] } : null
  }

  function onDown(event: PointerEvent) {
    if (event.button !== 0 || isButton(event)) return
    frame.setPointerCapture?.(event.pointerId)
    const at = { x: event.clientX, y: event.clientY }
    down.set(event.pointerId, at)
    if (down.size === 1) {
      stroke = { id: event.pointerId, from: at, moved: false }
      held().begin(at.x, at.y)
      return
    }
    if (stroke) held().cancel()
    stroke = null
    grip()
  }

  function onMove(event: PointerEvent) {
    if (!down.has(event.pointerId)) return
    const at = { x: event.clientX, y: event.clientY }
    down.set(event.pointerId, at)
    if (stroke?.id === event.pointerId) {
      stroke.moved ||= Math.hypot(at.x - stroke.from.x, at.y - stroke.from.y) > STILL
      if (stroke.moved) held().move(at.x, at.y)
      return
    }
    const [a, b] = [...down.values()]
    if (pinch && a && b) held().lay(pinched(pinch.zoom, pinch.from, [inFrame(a), inFrame(b)]))
  }

  function onUp(event: PointerEvent) {
    if (!down.delete(event.pointerId)) return
    const mine = stroke?.id === event.pointerId ? stroke : null
    if (mine) {
      stroke = null
      if (event.type === 'pointercancel') held().cancel()
      else held().end(event.clientX, event.clientY, !mine.moved)
    }
    // the finger that stays after two draws nothing
    grip()
  }

  function onWheel(event: WheelEvent) {
    event.preventDefault()
    if (stroke) return
    // some mice count in lines
    const delta = event.deltaMode === 1 ? event.deltaY * 30 : event.deltaY
    held().lay(wheeled(held().zoom(), delta, event.ctrlKey, inFrame({ x: event.clientX, y: event.clientY })))
  }

  const over = new AbortController()
  const { signal } = over
  frame.addEventListener('pointerdown', onDown, { signal })
  frame.addEventListener('pointermove', onMove, { signal })
  frame.addEventListener('pointerup', onUp, { signal })
  frame.addEventListener('pointercancel', onUp, { signal })
  frame.addEventListener('wheel', onWheel, { signal, passive: false })
  return () => over.abort()
}

/** What the pointers have to know of a frame. */
export const sizeOf = (element: HTMLElement): Size => ({ width: element.clientWidth, height: element.clientHeight })
