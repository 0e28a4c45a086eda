/** Lines of a pen as they are kept: x, y, x, y … in ten-thousandths of the pad's width, as few points as show the same. */

export type Stroke = number[]

/** More lines than this the record does not take. */
export const MOST_STROKES = 100
/** What a signature may weigh as JSON. */
const MOST_CHARACTERS = 3000
/** A thousandth of the pad: less than a pixel of a phone. */
const FINEST = 10

export const clamped = (value: number): number => Math.min(10_000, Math.max(0, Math.round(value)))

/** Distance of point `at` from the line between the points `from` and `to`; all count points, not numbers. */
function away(stroke: Stroke, at: number, from: number, to: number): number {
  const place = (point: number): [number, number] => [stroke[2 * point] ?? 0, stroke[2 * point + 1] ?? 0]
  const [[x, y], [ax, ay], [bx, by]] = [place(at), place(from), place(to)]
  const [dx, dy] = [bx - ax, by - ay]
  const along = dx || dy ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy))) : 0
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

/** The points of a line without those that lie within `tolerance` of the line through the others (Douglas–Peucker). */
export function thinned(stroke: Stroke, tolerance: number): Stroke {
  const last = stroke.length / 2 - 1
  const kept = new Set([0, last])
  const spans: [number, number][] = [[0, last]]
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span
    let [farthest, distance] = [0, tolerance]
    for (let point = from + 1; point < to; point++) {
      const here = away(stroke, point, from, to)
      if (here > distance) [farthest, distance] = [point, here]
    }
    if (distance <= tolerance) continue
    kept.add(farthest)
    spans.push([from, farthest], [farthest, to])
  }
  return [...kept].sort((a, b) => a - b).flatMap((point) => stroke.slice(2 * point, 2 * point + 2))
}

/** All lines, as fine as their size allows. */
export function compact(strokes: readonly Stroke[]): Stroke[] {
  const whole = strokes.slice(0, MOST_STROKES).map((stroke) => stroke.map(clamped))
  let [tolerance, result] = [FINEST, whole.map((stroke) => thinned(stroke, FINEST))]
  while (JSON.stringify(result).length > MOST_CHARACTERS && tolerance < 10_000) {
    tolerance *= 1.4
    result = whole.map((stroke) => thinned(stroke, tolerance))
  }
  return result
}

/** A dot or two is a slip of the finger and no signature: the lines together are at least a tenth of the pad long. */
export function isWritten(strokes: readonly Stroke[]): boolean {
  let length = 0
  for (const stroke of strokes) {
    for (let i = 2; i < stroke.length; i += 2) {
      length += Math.hypot((stroke[i] ?? 0) - (stroke[i - 2] ?? 0), (stroke[i + 1] ?? 0) - (stroke[i - 1] ?? 0))
    }
  }
  return length >= 1000
}

/** The box around all lines with room for the pen, for a drawing of them: x, y, width, height. */
export function boxOf(strokes: readonly Stroke[], room = 200): [number, number, number, number] {
  let [left, top, right, bottom] = [10_000, 10_000, 0, 0]
  for (const stroke of strokes) {
    for (let i = 0; i < stroke.length; i += 2) {
      const [x, y] = [stroke[i] ?? 0, stroke[i + 1] ?? 0]
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
    }
  }
  return right < left
    ? [0, 0, 10_000, 3000]
    : [left - room, top - room, right - left + 2 * room, bottom - top + 2 * room]
}
