/** What a supervisor decides; every act carries the cursor of the view it was decided on. */

import type { Answer } from '../contract/records.ts'
import { findingId } from '../core/ids.ts'
import { perform } from '../database/gesture.ts'
import { actOn, type Viewed } from '../inspections/acts.ts'

/** Gives items back, each with its reason; only these unlock. */
export const returnItems = (viewed: Viewed, items: Record<string, string>): Promise<void> =>
  actOn(viewed, 'return_items', { items })

/** Approves the inspection as it was seen. */
export const approve = (viewed: Viewed): Promise<void> => actOn(viewed, 'approve')

/** Opens an approved inspection for review again. */
export const reopen = (viewed: Viewed, reason: string): Promise<void> => actOn(viewed, 'reopen', { reason })

/** Corrects answers of one item, with the reason the branch will read. */
export async function correct(viewed: Viewed, item: string, set: Record<string, Answer>, reason: string) {
  const id = findingId(viewed.id, item)
  const draft = { type: 'finding' as const, id, act: 'correct', with: { set, reason }, seen: viewed.seen }
  await perform({ root: viewed.id, reads: [['finding', id]], decide: () => [draft] })
}

/** Lets the inspection do without a photo that will not come. */
export async function waivePhoto(viewed: Viewed, photo: string, reason: string): Promise<void> {
  const draft = { type: 'photo' as const, id: photo, act: 'waive', with: { reason }, seen: viewed.seen }
  await perform({ root: viewed.id, reads: [['photo', photo]], decide: () => [draft] })
}
