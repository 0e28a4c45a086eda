import type { Stroke } from './strokes.ts'

/** Cosine of the sharpest bend that is still drawn round; a sharper one is a corner of the writing. */
const ROUND = 0.5

interface Vector {
  x: number
  y: number
}

const between = (a: Vector, b: Vector): Vector => ({ x: b.x - a.x, y: b.y - a.y })
const unit = ({ x, y }: Vector): Vector => {
  const length = Math.hypot(x, y) || 1
  return { x: x / length, y: y / length }
}

/** Where the pen is heading at each point, or null where it turns a corner or begins and ends. */
function headings(points: readonly Vector[]): (Vector | null)[] {
  return points.map((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]]
    if (!before || !after) return null
    const [came, goes] = [unit(between(before, point)), unit(between(point, after))]
    return came.x * goes.x + came.y * goes.y < ROUND ? null : unit({ x: came.x + goes.x, y: came.y + goes.y })
  })
}

/** The SVG path of a line: through all its points, round where the pen ran on, sharp where it turned. */
export function pathOf(stroke: Stroke): string {
  const points: Vector[] = []
  for (let i = 0; i + 1 < stroke.length; i += 2) points.push({ x: stroke[i] ?? 0, y: stroke[i + 1] ?? 0 })
  const heading = headings(points)
  const [first] = points
  if (!first) return ''
  // a line of no length with round ends is a dot
  if (points.length === 1) return `M${first.x} ${first.y}h0`
  const curves = points.slice(1).map((to, i) => {
    const from = points[i] ?? to
    const straight = between(from, to)
    const third = Math.hypot(straight.x, straight.y) / 3
    const [out, into] = [heading[i] ?? unit(straight), heading[i + 1] ?? unit(straight)]
    const at = (value: number) => Math.round(value)
    return `C${at(from.x + out.x * third)} ${at(from.y + out.y * third)} ${at(to.x - into.x * third)} ${at(to.y - into.y * third)} ${to.x} ${to.y}`
  })
  return `M${first.x} ${first.y}${curves.join('')}`
}
