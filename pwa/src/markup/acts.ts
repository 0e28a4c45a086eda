/** Drawing over photos; it resolves after it is on disk, and never before. */

import type { Mark } from '../contract/records.ts'
import { rowOf } from '../core/overlay.ts'
import { perform } from '../database/gesture.ts'
import { same } from './drawn.ts'
import { LONGEST_TEXT, MOST_MARKS } from './geometry.ts'

/** The record a photo is kept under on this phone: its inspection, visit, or what a comment hangs at. */
export interface Work {
  id: string
}

/** As the wire wants it: a text only where there is one. */
function written({ shape, box, text }: Mark): Mark {
  return shape === 'text' ? { shape, box, text: [...(text ?? '')].slice(0, LONGEST_TEXT).join('') } : { shape, box }
}

/** Lays these marks over a photo in place of those that are there; none takes them away. The same again is no change. */
export async function setMarkup(work: Work, photoId: string, marks: readonly Mark[]): Promise<void> {
  if (marks.length > MOST_MARKS) throw new RangeError('too many marks on one photo')
  const next = marks.map(written)
  await perform({
    root: work.id,
    reads: [['photo', photoId]],
    decide: (shown) => {
      const before = rowOf(shown, 'photo', photoId)?.markup ?? []
      if (same(before.map(written), next)) return []
      return [{ type: 'photo', id: photoId, set: { markup: next.length > 0 ? next : null } }]
    },
  })
}
