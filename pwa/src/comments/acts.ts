/** What people say below a record; it resolves after it is on disk, and never before. */

import type { Comment } from '../contract/records.ts'
import { uuid7 } from '../core/ids.ts'
import { type Draft, perform } from '../database/gesture.ts'
import { addPhotoTo, type Taken } from '../photos/acts.ts'
import type { Picture } from '../photos/develop.ts'

/** Where a thread hangs: its record, and the root that record is kept under on this phone. */
export interface Place {
  of: Comment['of']
  root: string
}

function drafted({ of }: Place, text: string, now: number): Draft {
  return { type: 'comment', id: uuid7(now), set: { of, text, at: now } }
}

/** Says something. */
export async function comment(place: Place, text: string, now = Date.now()): Promise<void> {
  const draft = drafted(place, text, now)
  await perform({ root: place.root, reads: [], decide: () => [draft] }, now)
}

/** Says something with a picture: both travel as one. Rejects as `addPhotoTo` does. */
export async function commentWithPhoto(place: Place, text: string, picture: Picture, taken: Taken): Promise<void> {
  const draft = drafted(place, text, Date.now())
  await addPhotoTo({ type: 'comment', id: draft.id }, place.root, picture, taken, [draft])
}
