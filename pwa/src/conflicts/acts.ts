/** What people do with opinions: choose between them, and bring one back that was passed over. */

import type { Answer } from '../contract/records.ts'
import { findingId, uuid7 } from '../core/ids.ts'
import { rowOf } from '../core/overlay.ts'
import type { ChangeId } from '../core/rows.ts'
import { type Draft, perform } from '../database/gesture.ts'
import type { Kind } from './steps.ts'

/**
 * Picks one of several undecided values of a check: an edit that saw them all. `by` names the value picked; what is
 * `said` of it stands below the item as a remark, and travels in one step with the choice. `false` where nothing was
 * written: this phone does not hold the value, or it is decided already.
 */
export async function settle(
  inspection: string,
  item: string,
  check: string,
  by: ChangeId,
  said = '',
  now = Date.now(),
): Promise<boolean> {
  const id = findingId(inspection, item)
  const path = `checks.${check}`
  let isThere = false
  await perform(
    {
      root: inspection,
      reads: [['finding', id]],
      decide: (shown) => {
        const open = rowOf(shown, 'finding', id)?.open?.[path] ?? []
        const picked = open.find((value) => value.by[0] === by[0] && value.by[1] === by[1])
        isThere = picked !== undefined
        if (!picked) return []
        const choice: Draft = { type: 'finding', id, set: { [path]: picked.value }, settles: true }
        const of = { type: 'finding', id }
        return said ? [choice, { type: 'comment', id: uuid7(now), set: { of, text: said, at: now } }] : [choice]
      },
    },
    now,
  )
  return isThere
}

/** Brings a value back: a new change, which saw what stands now. */
export async function bringBack(root: string, type: Kind, id: string, path: string, value: unknown): Promise<void> {
  await perform({ root, reads: [[type, id]], decide: () => [{ type, id, set: { [path]: value } }] })
}

/** The same of an answer that is locked: a correction by who reviews it, with the reason the branch reads. */
export async function bringBackReviewed(
  viewed: { id: string; seen: number },
  item: string,
  check: string,
  answer: Answer,
  reason: string,
): Promise<void> {
  const id = findingId(viewed.id, item)
  const draft: Draft = {
    type: 'finding',
    id,
    act: 'correct',
    with: { set: { [check]: answer }, reason },
    seen: viewed.seen,
  }
  await perform({ root: viewed.id, reads: [['finding', id]], decide: () => [draft] })
}
