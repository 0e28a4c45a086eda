/** One finger on the picture: what it took hold of, and what comes of it. */

import type { Mark } from '../contract/records.ts'
import {
  drawnMark,
  type Handle,
  handlesOf,
  isIn,
  lastOn,
  movedBy,
  REACH,
  resized,
  type Shape,
  shareOf,
} from './geometry.ts'
import { type Canvas, type Point, WHOLE } from './shapes.ts'

/** The picture as it is when the finger comes down. */
export interface Scene {
  marks: readonly Mark[]
  selected: number | null
  tool: Shape
  on: Canvas
  rem: number
  /** Whether a mark must stay as it is. */
  isLocked: (mark: Mark) => boolean
}

export type Grip =
  | { kind: 'draw'; from: Point }
  | { kind: 'move'; from: Point; index: number; mark: Mark }
  | { kind: 'resize'; from: Point; index: number; mark: Mark; handle: Handle; off: Point }

function handleAt(mark: Mark, at: Point, on: Canvas): [Handle, Point] | undefined {
  const near = handlesOf(mark, on).map(([handle, place]) => {
    return { handle, place, away: Math.hypot(place[0] - at[0], place[1] - at[1]) }
  })
  const [nearest] = near.sort((a, b) => a.away - b.away)
  return nearest && nearest.away <= REACH * on.unit ? [nearest.handle, nearest.place] : undefined
}

/** A corner of the mark follows the finger from where it lies, not from where the finger is. */
function cornerOf({ box: [x0, y0, x1, y1] }: Mark, handle: Handle): Point {
  if (handle === 'from') return [x0, y0]
  if (handle === 'to') return [x1, y1]
  return [handle.endsWith('w') ? x0 : x1, handle.startsWith('n') ? y0 : y1]
}

/** A handle of the selected mark first, then what is drawn there, then the inside of the selected one; else a new mark begins. */
export function grasped(at: Point, scene: Scene): Grip {
  const { marks, selected, on, rem, isLocked } = scene
  const chosen = selected === null ? undefined : marks[selected]
  if (chosen && selected !== null && !isLocked(chosen)) {
    const handle = handleAt(chosen, at, on)
    if (handle) {
      const [x, y] = cornerOf(chosen, handle[0])
      const off: Point = [(x / WHOLE) * on.width - at[0], (y / WHOLE) * on.height - at[1]]
      return { kind: 'resize', from: at, index: selected, mark: chosen, handle: handle[0], off }
    }
  }
  const touched = lastOn(marks, at, on, rem)
  const inside = chosen && isIn(chosen, at, on, rem) ? selected : null
  const index = touched ?? inside
  const mark = index === null ? undefined : marks[index]
  return mark && index !== null && !isLocked(mark)
    ? { kind: 'move', from: at, index, mark }
    : { kind: 'draw', from: at }
}

/** What the mark has become with the finger at a point; `null` while nothing has. */
export function dragged(grip: Grip, to: Point, { tool, on }: Scene): Mark | null {
  if (grip.kind === 'draw') return drawnMark(tool, grip.from, to, on)
  if (grip.kind === 'resize')
    return resized(grip.mark, grip.handle, shareOf([to[0] + grip.off[0], to[1] + grip.off[1]], on))
  const [dx, dy] = [to[0] - grip.from[0], to[1] - grip.from[1]]
  return movedBy(grip.mark, (dx / on.width) * WHOLE, (dy / on.height) * WHOLE)
}
