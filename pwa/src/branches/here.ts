import { signal } from '@preact/signals'
import type { Position } from '../contract/records.ts'

/** Where the phone is: not asked, being asked, not to be had, or a position. */
export type Here = 'unasked' | 'asking' | 'unknown' | Position

export const here = signal<Here>('unasked')

const FRESH = 60_000

/** The position in the record's shape, if there is one. */
export function positionNow(): Position | null {
  return typeof here.value === 'object' ? here.value : null
}

/** Asks the phone, which asks the person the first time; hence only after a tap. */
export function askPosition(): void {
  if (here.value === 'asking') return
  if (!('geolocation' in navigator)) {
    here.value = 'unknown'
    return
  }
  const before = here.value
  if (typeof before !== 'object') here.value = 'asking'
  navigator.geolocation.getCurrentPosition(
    ({ coords, timestamp }) => {
      here.value = {
        lat: coords.latitude,
        lon: coords.longitude,
        accuracy: Math.round(coords.accuracy),
        at: Math.round(timestamp),
      }
    },
    () => {
      here.value = typeof before === 'object' ? before : 'unknown'
    },
    { enableHighAccuracy: true, maximumAge: FRESH, timeout: 15_000 },
  )
}

/** Looks without asking where the person has already allowed it, and says whether they have. */
export async function positionIfAllowed(): Promise<boolean> {
  const state = await navigator.permissions?.query({ name: 'geolocation' }).catch(() => null)
  const allowed = state?.state === 'granted'
  if (allowed) askPosition()
  return allowed
}
