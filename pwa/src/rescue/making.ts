/** Everything this phone has not sent, in one file. Nothing on the phone is changed by it. */

import type { OwnChange } from '../core/change.ts'
import type { Store } from '../database/open.ts'
import type { KeptPhoto, Outbox, PhotoSize, RefusedChange } from '../database/outbox.ts'
import { lacking } from '../sync/again.ts'
import { wireOf } from '../sync/batch.ts'
import { isFlawed, isUnsent } from '../sync/unsent.ts'
import { type Bytes, Container, fromBase64, type Head } from './container.ts'
import { keysOf, type RescueKeys } from './keys.ts'

interface Picture {
  id: string
  size: PhotoSize
  sha256: string
  bytes: number
}

/** What would go into a file. */
export interface Lot {
  person: string
  device: number
  /** When this was read: what comes later is not in the file. */
  at: number
  keys: RescueKeys | null
  changes: OwnChange[]
  /** What a server had taken, from the oldest that is kept on: for one that was restored and lacks it. */
  kept: OwnChange[]
  refused: RefusedChange[]
  pictures: Picture[]
  /** Photos, and their bytes with those of their previews. */
  photos: number
  bytes: number
}

function picturesOf(photos: readonly KeptPhoto[], refused: readonly RefusedChange[]): Picture[] {
  const homeless = new Set(refused.filter(({ type, set }) => type === 'photo' && set).map(({ id }) => id))
  const isHomeless = ({ id, lost_at, flaw }: KeptPhoto) => homeless.has(id) && (!lost_at || Boolean(flaw))
  const wanted = photos.filter((photo) => isUnsent(photo) || isFlawed(photo) || isHomeless(photo))
  return wanted.flatMap(({ id, sha256, preview_sha256, bytes, preview_bytes, uploads }) => {
    const full: Picture = { id, size: 'full', sha256, bytes }
    const preview: Picture = { id, size: 'preview', sha256: preview_sha256, bytes: preview_bytes }
    return uploads.preview?.done_at ? [full] : [preview, full]
  })
}

/** So much a server takes in a file, and so much of it for one that was restored from a backup of long ago. */
const MOST_ENTRIES = 100_000
const MOST_KEPT = 20_000

/** What a server had taken, without a hole up to what waits; as far back as is kept, and as there is room for. */
async function keptOf(outbox: Outbox, device: number, room: number): Promise<OwnChange[]> {
  const own = { lower: [device, 1], upper: [device, Number.MAX_SAFE_INTEGER] } as const
  const first = await Promise.all(
    [outbox.settled, outbox.refused].map((table) =>
      table
        .where('[device+n]')
        .between([...own.lower], [...own.upper], true, true)
        .first(),
    ),
  )
  const lowest = Math.min(...first.map((change) => change?.n ?? Number.POSITIVE_INFINITY))
  if (!Number.isFinite(lowest)) return []
  const [waiting, numbers] = await Promise.all([outbox.changes.orderBy('n').first(), outbox.numbers()])
  const end = waiting?.n ?? numbers?.next ?? lowest
  return lacking(outbox, device, Math.max(lowest, end - Math.max(0, Math.min(room, MOST_KEPT))))
}

/** What waits or was refused, as of one moment. */
export async function lotOf({ outbox, person }: Store): Promise<Lot> {
  const tables = [outbox.changes, outbox.settled, outbox.refused, outbox.photos, outbox.meta]
  return outbox.transaction('r', tables, async () => {
    const device = (await outbox.numbers())?.device ?? 0
    const at = Date.now()
    const [keys, changes, refused, photos] = await Promise.all([
      keysOf(outbox, device),
      outbox.changes.orderBy('n').toArray(),
      outbox.refused.filter(({ discarded_at }) => !discarded_at).toArray(),
      outbox.photos.toArray(),
    ])
    const pictures = picturesOf(photos, refused)
    const bytes = pictures.reduce((sum, picture) => sum + picture.bytes, 0)
    const count = pictures.filter(({ size }) => size === 'full').length
    const kept = await keptOf(outbox, device, MOST_ENTRIES - changes.length - refused.length - pictures.length)
    return { person, device, at, keys, changes, kept, refused, pictures, photos: count, bytes }
  })
}

/**
 * The same, for a file: what it carries counts as sent from now on. A correction is then a change of its own, and does
 * not put other words under a number the office may have taken in.
 */
export async function lotToCarry(store: Store): Promise<Lot> {
  const { outbox } = store
  const tables = [outbox.changes, outbox.settled, outbox.refused, outbox.photos, outbox.meta]
  return outbox.transaction('rw', tables, async () => {
    const lot = await lotOf(store)
    const numbers = await outbox.numbers()
    const last = lot.changes.at(-1)?.n ?? 0
    if (numbers && last > numbers.sent) await outbox.meta.put({ ...numbers, sent: last }, 'numbers')
    return lot
  })
}

/** How far the making is, in bytes of pictures. */
export type Far = (done: number, all: number) => void

async function addPictures(file: Container, outbox: Outbox, lot: Lot, far: Far): Promise<number> {
  let added = 0
  let done = 0
  for (const { id, size, sha256, bytes } of lot.pictures) {
    far(done, lot.bytes)
    // one at a time; what a cleaner app has taken is missing, and the rest is still worth carrying
    const kept = await outbox.photo_bytes.get([id, size]).catch(() => undefined)
    if (kept && kept.data.byteLength > 0) {
      const data: Bytes = new Uint8Array(kept.data)
      await file.add({ kind: 'photo', id, size, sha256, bytes: data.length }, data)
      added += 1
    }
    done += bytes
  }
  far(lot.bytes, lot.bytes)
  return added
}

export interface Made {
  file: Blob
  /** Pictures that could not be read, and are not in it. */
  missing: number
}

/** Makes the file: for the office, or with a code. */
export async function makeFile(store: Store, lot: Lot, code: string | null, app: string, far: Far): Promise<Made> {
  const { keys, device, person } = lot
  const head: Head = {
    format: 'xunfang-rescue',
    v: 1,
    way: code === null ? 'office' : 'code',
    sealed: keys !== null,
    office: keys?.office ?? null,
    device,
    person,
    made_at: lot.at,
  }
  const seal = keys ? fromBase64(keys.seal) : new Uint8Array(0)
  const office = keys ? fromBase64(keys.public) : null
  const file = await Container.begin(head, { office, seal, ...(code !== null && { code }) })
  const { cursor } = await store.cache.syncState()
  await file.add({ kind: 'about', cursor, app })
  for (const change of lot.kept) await file.add({ kind: 'kept', change: wireOf(change) })
  for (const change of lot.changes) await file.add({ kind: 'change', change: wireOf(change) })
  for (const { code: why, ...change } of lot.refused) {
    await file.add({ kind: 'refused', code: why, change: wireOf(change) })
  }
  const photos = await addPictures(file, store.outbox, lot, far)
  const { changes, kept, refused } = lot
  await file.add({ kind: 'end', changes: changes.length, kept: kept.length, refused: refused.length, photos })
  return { file: await file.finish(), missing: lot.pictures.length - photos }
}

/** A name by which the office finds it again: the device, the day and the minute. */
export function nameOf(device: number, now: number): string {
  const at = new Date(now - new Date(now).getTimezoneOffset() * 60_000).toISOString()
  return `xunfang-${device}-${at.slice(0, 10)}-${at.slice(11, 16).replace(':', '')}.xunfang`
}
