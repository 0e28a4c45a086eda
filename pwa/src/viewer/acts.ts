/** What a supervisor asks of a photo. */

import { perform } from '../database/gesture.ts'
import type { Viewed } from '../inspections/acts.ts'

/** Asks the phone that has it to send the full picture before others. */
export async function askPhoto(viewed: Viewed, photo: string): Promise<void> {
  const draft = { type: 'photo' as const, id: photo, act: 'ask', with: {}, seen: viewed.seen }
  await perform({ root: viewed.id, reads: [['photo', photo]], decide: () => [draft] })
}
