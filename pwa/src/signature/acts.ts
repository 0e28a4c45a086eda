/** The branch's word on the list of deductions; resolves after it is on disk, and never before. */

import type { Signed } from '../contract/records.ts'
import { rowOf } from '../core/overlay.ts'
import { perform } from '../database/gesture.ts'

/** Keeps what the branch said; a later word takes its place. Who signs is also who came along, where nobody was named. */
export async function setSigned(id: string, signed: Signed): Promise<void> {
  await perform({
    root: id,
    reads: [['inspection', id]],
    decide: (shown) => {
      const named = rowOf(shown, 'inspection', id)?.representative || !signed.name
      const set = { signed, ...(named ? {} : { representative: signed.name }) }
      return [{ type: 'inspection', id, set }]
    },
  })
}
