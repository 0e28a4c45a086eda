import type { Position } from '../contract/records.ts'

/** `30.0123, 120.0456`; empty where nobody has measured it. */
export const positionText = (position: Position | null): string => (position ? `${position.lat}, ${position.lon}` : '')

/** The position in a field, told at a time in epoch milliseconds; null for an empty one, `undefined` where it is none. */
export function positionFrom(text: string, at: number): Position | null | undefined {
  const parts = text.split(/[,，\s]+/).filter(Boolean)
  if (parts.length === 0) return null
  const [lat = Number.NaN, lon = Number.NaN] = parts.map(Number)
  if (parts.length !== 2 || !(Math.abs(lat) <= 90) || !(Math.abs(lon) <= 180)) return undefined
  return { lat, lon, accuracy: 0, at }
}
