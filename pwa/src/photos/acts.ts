/** Taking photos and taking them back. */

import type { Photo, Position } from '../contract/records.ts'
import { findingId, uuid7 } from '../core/ids.ts'
import { type RowSet, rowOf } from '../core/overlay.ts'
import { sha256 } from '../core/sha256.ts'
import { type Draft, type Gesture, perform } from '../database/gesture.ts'
import { store } from '../database/open.ts'
import type { KeptPhoto, Outbox, PhotoSize } from '../database/outbox.ts'
import { strictly } from '../database/strictly.ts'
import { editOf, type Viewed } from '../inspections/acts.ts'
import { developPhoto } from './darkroom.ts'
import type { Developed, Picture } from './develop.ts'
import { prove } from './proof/prove.ts'

/** The photo was written but could not be read back: it must be taken again. */
export class PhotoLost extends Error {
  override name = 'PhotoLost'
}

/** What a photo shows: an item of an inspection. */
export interface Shown {
  inspection: string
  item: string
}

/** Where a photo hangs: its subject, the root it is kept under, and what must travel before it. */
interface Hook {
  of: Photo['of']
  root: string
  reads: Gesture['reads']
  before: (shown: RowSet) => Draft[]
}

function keptOf(id: string, { of, root }: Hook, made: Developed, now: number): KeptPhoto {
  return {
    id,
    finding: of.id,
    root,
    added_at: now,
    sha256: made.sha256,
    preview_sha256: made.preview_sha256,
    bytes: made.full.byteLength,
    preview_bytes: made.preview.byteLength,
    uploads: {},
  }
}

async function keep(outbox: Outbox, kept: KeptPhoto, made: Developed): Promise<void> {
  await outbox.photos.put(kept)
  await outbox.photo_bytes.bulkPut([
    { id: kept.id, size: 'full', data: made.full },
    { id: kept.id, size: 'preview', data: made.preview },
  ])
}

async function readsBack(outbox: Outbox, id: string, size: PhotoSize, promised: string): Promise<boolean> {
  try {
    const bytes = await outbox.photo_bytes.get([id, size])
    return bytes !== undefined && (await sha256(bytes.data)) === promised
  } catch {
    return false
  }
}

/** Reads both copies back from disk; writes them once more if they are not what they should be. */
async function verify(outbox: Outbox, kept: KeptPhoto, made: Developed): Promise<boolean> {
  for (const attempt of [1, 2]) {
    const good =
      (await readsBack(outbox, kept.id, 'full', kept.sha256)) &&
      (await readsBack(outbox, kept.id, 'preview', kept.preview_sha256))
    if (good) return true
    if (attempt === 1) await strictly(outbox, () => keep(outbox, kept, made))
  }
  return false
}

/** What is known of a picture beside itself. */
export interface Taken {
  source: Photo['source']
  /** When, by this phone's clock; left out, now. */
  taken_at?: number
  /** The newest fix as of then, with its own time; `null` also of a picture that was not taken here. */
  position?: Position | null
  check?: string | null
  /** Told when no more of the picture is held than what is kept: the next one may be taken. */
  developed?: () => void
}

type Known = Taken & { taken_at: number }

/** The fields of the record: what is not known is left out. `clock` is null while no server was ever heard. */
function recordOf(
  of: Photo['of'],
  made: Developed,
  { source, taken_at, position, check }: Known,
  clock: number | null,
) {
  return {
    of,
    sha256: made.sha256,
    preview_sha256: made.preview_sha256,
    bytes: made.full.byteLength,
    width: made.width,
    height: made.height,
    taken_at,
    source,
    ...(check == null ? {} : { check }),
    ...(position == null ? {} : { position }),
    ...(clock === null ? {} : { clock_offset: clock }),
  }
}

async function save(hook: Hook, picture: Picture, taken: Taken): Promise<string> {
  const here = store()
  const { outbox, cache } = here
  const known = { ...taken, taken_at: taken.taken_at ?? Date.now() }
  const made = await developPhoto(picture)
  taken.developed?.()
  const { clock_offset, replied_at } = await cache.syncState()
  const id = uuid7(known.taken_at)
  const kept = keptOf(id, hook, made, known.taken_at)
  const record = recordOf(hook.of, made, known, replied_at === null ? null : clock_offset)
  const proof = await prove(here, hook.root, id, record)
  const set = proof === null ? record : { ...record, proof }
  await perform({
    root: hook.root,
    reads: hook.reads,
    decide: (shown) => [...hook.before(shown), { type: 'photo', id, set }],
    also: (disk) => keep(disk, kept, made),
  })
  if (await verify(outbox, kept, made)) return id
  await outbox.photos.update(id, { lost_at: Date.now() })
  await retractPhoto({ id: hook.root, seen: await cache.seen() }, id)
  throw new PhotoLost('the photo could not be read back')
}

/**
 * Saves a photo of an item: bytes, record and (if need be) the finding in one write, then read back and compared.
 * Resolves with the photo's id only after that. Rejects with `NotAnImage`, `StorageFull`, `NotKept` or `PhotoLost`.
 */
export function addPhoto({ inspection, item }: Shown, picture: Picture, taken: Taken): Promise<string> {
  const finding = findingId(inspection, item)
  const hook: Hook = {
    of: { type: 'finding', id: finding },
    root: inspection,
    reads: [
      ['inspection', inspection],
      ['finding', finding],
    ],
    before: (shown) => (rowOf(shown, 'finding', finding) ? [] : [editOf(shown, inspection, item, {})]),
  }
  return save(hook, picture, taken)
}

/** The same of a visit or a comment; `before` is what must travel with it, such as the comment itself. */
export function addPhotoTo(
  of: Photo['of'],
  root: string,
  picture: Picture,
  taken: Taken,
  before: Draft[] = [],
): Promise<string> {
  return save({ of, root, reads: [[of.type, of.id]], before: () => before }, picture, taken)
}

/** Takes a photo back; after the submission with a reason. The record stays, marked. */
export async function retractPhoto(viewed: Viewed, photo: string, reason: string | null = null): Promise<void> {
  const args = reason === null ? {} : { reason }
  const draft: Draft = { type: 'photo', id: photo, act: 'retract', with: args, seen: viewed.seen }
  await perform({ root: viewed.id, reads: [['photo', photo]], decide: () => [draft] })
}
