/** Distances on the ground. */

export interface Place {
  lat: number
  lon: number
}

const EARTH_RADIUS = 6_371_000

/** Metres between two places (great circle); null where one is unknown. */
export function distance(a: Place | null, b: Place | null): number | null {
  if (!a || !b) return null
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const north = Math.sin(radians(b.lat - a.lat) / 2)
  const east = Math.sin(radians(b.lon - a.lon) / 2)
  const arc = north * north + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * east * east
  return Math.round(2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(arc))))
}
