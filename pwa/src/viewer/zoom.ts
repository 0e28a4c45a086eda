/** Where a picture lies in its frame. Lengths are px of the screen; places are counted from the middle of the frame. */

export interface Size {
  width: number
  height: number
}

export interface Point {
  x: number
  y: number
}

/** How often the fitted picture is enlarged, and how far its middle is from that of the frame. */
export interface Zoom extends Point {
  scale: number
}

export const FITTED: Zoom = { scale: 1, x: 0, y: 0 }

/** What a double tap enlarges to. */
export const CLOSE = 2.5
export const MOST = 8

/** One step of a button or key. */
const STEP = 1.5
/** What a key moves an enlarged picture by, as a share of the frame. */
const PAN = 0.2

/** The picture as large as the frame holds it whole. */
export function fitIn(frame: Size, picture: Size): Size {
  if (!(picture.width > 0 && picture.height > 0)) return frame
  const by = Math.min(frame.width / picture.width, frame.height / picture.height)
  return { width: picture.width * by, height: picture.height * by }
}

const between = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value))

/** Keeps the picture over the frame: what is narrower than the frame stays in its middle. */
export function clamped({ scale, x, y }: Zoom, frame: Size, fitted: Size): Zoom {
  const size = between(1, scale, MOST)
  const free = (long: number, room: number) => Math.max(0, (long * size - room) / 2)
  const [wide, high] = [free(fitted.width, frame.width), free(fitted.height, frame.height)]
  // `+ 0`: a zero without a sign
  return { scale: size, x: between(-wide, x, wide) + 0, y: between(-high, y, high) + 0 }
}

/** Enlarged to `scale` so that what lies at `at` stays there. Not clamped. */
export function scaledAt({ scale: from, x, y }: Zoom, to: number, at: Point): Zoom {
  const scale = between(1, to, MOST)
  const by = scale / from
  return { scale, x: at.x - (at.x - x) * by, y: at.y - (at.y - y) * by }
}

const middle = ([a, b]: readonly [Point, Point]): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
const apart = ([a, b]: readonly [Point, Point]): number => Math.hypot(a.x - b.x, a.y - b.y)

/** Two fingers that came down at `from` are now at `to`: what was between them still is. Not clamped. */
export function pinched(zoom: Zoom, from: readonly [Point, Point], to: readonly [Point, Point]): Zoom {
  const by = apart(to) / Math.max(1, apart(from))
  const [was, is] = [middle(from), middle(to)]
  const next = scaledAt(zoom, zoom.scale * by, was)
  return { scale: next.scale, x: next.x + is.x - was.x, y: next.y + is.y - was.y }
}

/** A double tap: close to what was tapped, and back. */
export const tappedTwice = (zoom: Zoom, at: Point): Zoom => (zoom.scale > 1 ? FITTED : scaledAt(zoom, CLOSE, at))

/** A wheel turned by `delta` px; a touchpad pinches by smaller ones. */
export const wheeled = (zoom: Zoom, delta: number, pinch: boolean, at: Point): Zoom =>
  scaledAt(zoom, zoom.scale * Math.exp(-delta * (pinch ? 0.01 : 0.002)), at)

export const larger = (zoom: Zoom): Zoom => scaledAt(zoom, zoom.scale * STEP, { x: 0, y: 0 })
export const smaller = (zoom: Zoom): Zoom => scaledAt(zoom, zoom.scale / STEP, { x: 0, y: 0 })

/** What a key does to the picture; `null` where it means nothing to it. Arrows look further in their direction. */
export function keyed(zoom: Zoom, key: string, frame: Size): Zoom | null {
  if (key === '+' || key === '=') return larger(zoom)
  if (key === '-' || key === '_') return smaller(zoom)
  if (key === '0') return FITTED
  if (zoom.scale <= 1) return null
  const [x, y] = [frame.width * PAN, frame.height * PAN]
  if (key === 'ArrowLeft') return { ...zoom, x: zoom.x + x }
  if (key === 'ArrowRight') return { ...zoom, x: zoom.x - x }
  if (key === 'ArrowUp') return { ...zoom, y: zoom.y + y }
  if (key === 'ArrowDown') return { ...zoom, y: zoom.y - y }
  return null
}

/** A stroke that ended this far to the side: to the next photo, the one before, or neither. */
export function strokeStep(dx: number, dy: number, ms: number, width: number): -1 | 0 | 1 {
  if (Math.abs(dx) < 1.5 * Math.abs(dy)) return 0
  const far = Math.abs(dx) > Math.min(120, width / 4)
  const quick = Math.abs(dx) > 30 && Math.abs(dx) / Math.max(1, ms) > 0.5
  if (!far && !quick) return 0
  return dx < 0 ? 1 : -1
}
