import type { JSX, RefObject } from 'preact'
import { useRef } from 'preact/hooks'
import { MOST_STROKES, type Stroke, thinned } from './strokes.ts'

/** Closer than this a point says nothing new; in ten-thousandths of the pad's width. */
const NEXT = 12

interface Line {
  pointer: number
  box: DOMRect
  points: Stroke
  path: string
}

type Handler = JSX.PointerEventHandler<SVGSVGElement>

function write(line: Line, event: { clientX: number; clientY: number }): void {
  const { box, points } = line
  const per = 10_000 / box.width
  const within = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)))
  const x = within((event.clientX - box.left) * per, 10_000)
  const y = within((event.clientY - box.top) * per, Math.min(10_000, box.height * per))
  const [lastX = Number.NEGATIVE_INFINITY, lastY = 0] = points.slice(-2)
  if (Math.hypot(x - lastX, y - lastY) < NEXT) return
  points.push(x, y)
  line.path += line.path ? `L${x} ${y}` : `M${x} ${y}h0`
}

/**
 * One pen on the pad: a second finger, or the ball of the hand, writes nothing while it is down. The line under the pen
 * is drawn past the page's own drawing, which would lag behind the hand.
 */
export function usePen(wet: RefObject<SVGPathElement>, strokes: readonly Stroke[], onStroke: (stroke: Stroke) => void) {
  const line = useRef<Line | null>(null)
  const draw = () => wet.current?.setAttribute('d', line.current?.path ?? '')
  const down: Handler = (event) => {
    if (line.current || event.button > 0 || strokes.length >= MOST_STROKES) return
    const pad = event.currentTarget
    pad.setPointerCapture?.(event.pointerId)
    line.current = { pointer: event.pointerId, box: pad.getBoundingClientRect(), points: [], path: '' }
    write(line.current, event)
    draw()
  }
  const move: Handler = (event) => {
    const now = line.current
    if (now?.pointer !== event.pointerId) return
    const all = event.getCoalescedEvents?.() ?? []
    for (const one of all.length > 0 ? all : [event]) write(now, one)
    draw()
  }
  const up: Handler = (event) => {
    const done = line.current
    if (done?.pointer !== event.pointerId) return
    line.current = null
    draw()
    onStroke(thinned(done.points, NEXT / 2))
  }
  return { onPointerDown: down, onPointerMove: move, onPointerUp: up, onPointerCancel: up }
}
