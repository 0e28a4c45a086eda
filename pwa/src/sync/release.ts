/** Lets go of full-size pictures once a pull has shown that the server has them, and of what was taken from us. */

import type { RecordType } from '../contract/records.ts'
import type { Row } from '../core/rows.ts'
import type { Store } from '../database/open.ts'
import type { PhotoSize } from '../database/outbox.ts'
import type { Mark } from './reply.ts'

/** Small copies stay for drawing offline this long. */
const PREVIEWS_FOR = 90 * 24 * 3600 * 1000

/** Deletes full copies that are stored, and previews that are old. The record of the photo stays. */
export async function releaseStored({ outbox, cache }: Store, now: number): Promise<void> {
  const kept = await outbox.photos.filter((photo) => !photo.released_at).toArray()
  const rows = await cache.rows.bulkGet(kept.map((photo): [RecordType, string] => ['photo', photo.id]))
  const stored = kept.filter((_, index) => (rows[index]?.row as Row<'photo'> | undefined)?.stored_at)
  const old = await outbox.photos.filter(({ released_at }) => (released_at ?? now) < now - PREVIEWS_FOR).toArray()
  if (stored.length + old.length === 0) return
  await outbox.transaction('rw', outbox.photos, outbox.photo_bytes, async () => {
    await outbox.photo_bytes.bulkDelete(stored.map((photo): [string, 'full'] => [photo.id, 'full']))
    for (const photo of stored) await outbox.photos.update(photo.id, { released_at: now, lost_at: undefined })
    await outbox.photo_bytes.bulkDelete(old.map((photo): [string, 'preview'] => [photo.id, 'preview']))
    await outbox.photos.bulkDelete(old.map((photo) => photo.id))
  })
}

/** Pictures of photos that are no longer in sight leave the phone, but never one that is not on the server yet. */
export async function forgetGone({ outbox }: Store, gone: Mark[]): Promise<void> {
  const ids = gone.filter(([type]) => type === 'photo').map(([, id]) => id)
  if (ids.length === 0) return
  await outbox.transaction('rw', outbox.photos, outbox.photo_bytes, async () => {
    const kept = (await outbox.photos.bulkGet(ids)).filter((photo) => photo !== undefined)
    const sent = kept.filter((photo) => photo.released_at || photo.uploads.full?.done_at).map((photo) => photo.id)
    await outbox.photos.bulkDelete(sent)
    await outbox.photo_bytes.bulkDelete(
      sent.flatMap((id): [string, PhotoSize][] => [
        [id, 'full'],
        [id, 'preview'],
      ]),
    )
  })
}
