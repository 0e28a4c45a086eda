/** Lets go of full-size pictures once a pull has shown that the server has them, and of what was taken or erased. */

import type { RecordType } from '../contract/records.ts'
import type { Row } from '../core/rows.ts'
import type { SyncState } from '../database/cache.ts'
import type { Store } from '../database/open.ts'
import type { KeptPhoto, Outbox, PhotoSize } from '../database/outbox.ts'
import type { Mark, SyncReply } from './reply.ts'

const SIZES: readonly PhotoSize[] = ['preview', 'full']

/** Small copies stay for drawing offline this long. */
const PREVIEWS_FOR = 90 * 24 * 3600 * 1000

/**
 * Deletes full copies that are stored or that nobody waits for, since the photo was taken back, and previews that are
 * old. The record of the photo stays.
 */
export async function releaseStored({ outbox, cache }: Store, now: number): Promise<void> {
  const kept = await outbox.photos.filter((photo) => !photo.released_at).toArray()
  const rows = await cache.rows.bulkGet(kept.map((photo): [RecordType, string] => ['photo', photo.id]))
  const stored = kept.filter((_, index) => {
    const row = rows[index]?.row as Row<'photo'> | undefined
    return row?.stored_at || row?.retracted
  })
  const old = await outbox.photos.filter(({ released_at }) => (released_at ?? now) < now - PREVIEWS_FOR).toArray()
  if (stored.length + old.length === 0) return
  await outbox.transaction('rw', outbox.photos, outbox.photo_bytes, async () => {
    await outbox.photo_bytes.bulkDelete(stored.map((photo): [string, 'full'] => [photo.id, 'full']))
    for (const photo of stored) await outbox.photos.update(photo.id, { released_at: now, lost_at: undefined })
    await outbox.photo_bytes.bulkDelete(old.map((photo): [string, 'preview'] => [photo.id, 'preview']))
    await outbox.photos.bulkDelete(old.map((photo) => photo.id))
  })
}

/** Whether the server has all of it: what is left here is for looking at. */
const isSent = (photo: KeptPhoto): boolean => Boolean(photo.released_at || photo.uploads.full?.done_at)

/**
 * Pictures of photos that are no longer in sight leave the phone, but never one that is not on the server yet. Those of
 * others lie where the browser keeps what it drew: see `noteDrawn`.
 */
export async function forgetGone({ outbox }: Store, gone: Mark[]): Promise<void> {
  const ids = gone.filter(([type]) => type === 'photo').map(([, id]) => id)
  if (ids.length === 0) return
  await outbox.transaction('rw', outbox.photos, outbox.photo_bytes, async () => {
    const kept = (await outbox.photos.bulkGet(ids)).filter((photo) => photo !== undefined)
    await drop(
      outbox,
      kept.filter(isSent).map((photo) => photo.id),
    )
  })
}

/**
 * The same for what went without a word, once all that is in sight is here: the page died before it could forget, or
 * the phone filled anew after a right was withdrawn. What a server may yet ask for stays: records on their way, those
 * a supervisor still decides about, and those that were refused until their author sets them aside.
 */
export async function forgetUnseen({ outbox, cache }: Store): Promise<void> {
  if (await outbox.meta.get('restored')) return
  const sent = await outbox.photos.filter(isSent).toArray()
  const keys = sent.map((photo): [RecordType, string] => ['photo', photo.id])
  const rows = await cache.rows.bulkGet(keys)
  const unseen = keys.filter((_, index) => !rows[index])
  if (unseen.length === 0) return
  const { changes, settled: answered, refused, photos, photo_bytes } = outbox
  await outbox.transaction('rw', changes, answered, refused, photos, photo_bytes, async () => {
    const waiting = await changes.where('[type+id]').anyOf(unseen).toArray()
    const settled = await answered.where('[type+id]').anyOf(unseen).toArray()
    const undecided = settled.filter((change) => change.outcome === 'held' && !change.decided)
    const refusals = await refused.filter(({ type, discarded_at }) => type === 'photo' && !discarded_at).toArray()
    const wanted = new Set([...waiting, ...undecided, ...refusals].map((change) => change.id))
    await drop(
      outbox,
      unseen.map(([, id]) => id).filter((id) => !wanted.has(id)),
    )
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
export async function forgetErased({ outbox }: Store, rows: SyncReply['rows']): Promise<void> {
  const ids = erasedIn(rows)
  if (ids.length === 0) return
  await outbox.transaction('rw', outbox.photos, outbox.photo_bytes, () => drop(outbox, ids))
}

const erasedIn = (rows: SyncReply['rows']): string[] =>
  ((rows.get('photo') ?? []) as Row<'photo'>[]).filter((row) => row.erased_at).map((row) => row.id)

/** When it was noted, milliseconds: pictures the browser drew may be among those that are no longer in sight. */
export const DRAWN = 'drawn'

/**
 * Notes whether pictures that the browser keeps may have to go: some are no longer in sight, were erased, or all fill
 * anew. Before the rows of the reply are kept, so that it is known whenever the page dies.
 */
export async function noteDrawn({ outbox }: Store, asked: SyncState, reply: SyncReply, now: number): Promise<void> {
  const anew = asked.replied_at !== null && (asked.cursor === null || asked.epoch !== reply.epoch)
  const gone = reply.gone.some(([type]) => type === 'photo')
  if (anew || gone || erasedIn(reply.rows).length > 0) await outbox.meta.put(now, DRAWN)
}
