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

export async function unsentOf(outbox: Outbox): Promise<Unsent> {
  const [changes, first, photos] = await Promise.all([
    outbox.changes.count(),
    outbox.changes.orderBy('n').first(),
    outbox.photos.toArray(),
  ])
  const waiting = photos.filter(isUnsent)
  const times = [...(first ? [first.at] : []), ...waiting.map((photo) => photo.added_at)]
  return {
    changes,
    photos: waiting.length,
    bytes: waiting.reduce((sum, photo) => sum + photo.bytes, 0),
    oldest: times.length ? Math.min(...times) : null,
  }
}
