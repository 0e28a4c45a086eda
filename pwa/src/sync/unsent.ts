/** What still waits on this phone: changes no server has answered, photos no server has. */

import type { KeptPhoto, Outbox } from '../database/outbox.ts'

export interface Unsent {
  changes: number
  photos: number
  /** Bytes of photos still to be sent. */
  bytes: number
  /** When the oldest of it was done, epoch milliseconds. */
  oldest: number | null
}

/** Photos whose full copy is still wanted: neither uploaded nor released, nor lost. */
export function isUnsent(photo: KeptPhoto): boolean {
  return !photo.uploads.full?.done_at && !photo.released_at && !photo.lost_at && !photo.dropped_at
}

/** A picture the server could not open: nobody sends it again, and it lies here and nowhere else. */
export const isFlawed = (photo: KeptPhoto): boolean => Boolean(photo.flaw && !photo.dropped_at && !photo.released_at)

/** Counts what waits; `changes` in the order of their numbers. */
export function countUnsent(changes: readonly { at: number }[], photos: readonly KeptPhoto[]): Unsent {
  const waiting = photos.filter(isUnsent)
  const times = [...changes.slice(0, 1).map(({ at }) => at), ...waiting.map(({ added_at }) => added_at)]
  return {
    changes: changes.length,
    photos: waiting.length,
    bytes: waiting.reduce((sum, { bytes }) => sum + bytes, 0),
    oldest: times.length ? Math.min(...times) : null,
  }
}

/** What waits now. */
export async function unsentOf(outbox: Outbox): Promise<Unsent> {
  const [changes, photos] = await Promise.all([outbox.changes.orderBy('n').toArray(), outbox.photos.toArray()])
  return countUnsent(changes, photos)
}
