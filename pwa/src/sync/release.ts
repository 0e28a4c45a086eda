/** Lets go of full-size pictures once a pull has shown that the server has them, and of what was taken or erased. */

import type { RecordType } from '../contract/records.ts'
import type { Row } from '../core/rows.ts'
import type { Store } from '../database/open.ts'
import type { Outbox, PhotoSize } from '../database/outbox.ts'
import type { Mark, SyncReply } from './reply.ts'

const SIZES: readonly PhotoSize[] = ['preview', 'full']

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
    await drop(outbox, sent)
  })
}

async function drop({ photos, photo_bytes }: Outbox, ids: string[]): Promise<void> {
  await photos.bulkDelete(ids)
  await photo_bytes.bulkDelete(ids.flatMap((id) => SIZES.map((size): [string, PhotoSize] => [id, size])))
}

/**
 * Pictures of somebody who is to be forgotten leave the phone, also those that were never sent. Before the rows of the
 * reply are kept: if the phone dies in between, the reply comes again.
 */
export async function forgetErased({ outbox, cache }: Store, rows: SyncReply['rows']): Promise<void> {
  const erased = ((rows.get('photo') ?? []) as Row<'photo'>[]).filter((row) => row.erased_at).map((row) => row.id)
  if (erased.length === 0) return
  await outbox.transaction('rw', outbox.photos, outbox.photo_bytes, () => drop(outbox, erased))
  const held = await cache.rows.bulkGet(erased.map((id): [RecordType, string] => ['photo', id]))
  for (const one of held) if (one && !(one.row as Row<'photo'>).erased_at) void outOfBrowser(one.id)
}

/** What the browser kept of a picture it drew from the server makes room for the answer that there is none. */
async function outOfBrowser(id: string): Promise<void> {
  for (const size of SIZES) {
    const at = `/api/photos/${id}?size=${size}`
    const kept = await fetch(at, { mode: 'same-origin', cache: 'only-if-cached' }).catch(() => null)
    if (kept?.ok) await fetch(at, { cache: 'reload' }).catch(() => null)
  }
}
