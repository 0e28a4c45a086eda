/** What the person may do with a photo; the server has the last word. */

import type { Mark } from '../contract/records.ts'
import type { Row } from '../core/rows.ts'
import { isDecided } from '../core/workflow.ts'
import type { InspectionView } from '../inspections/view.ts'

export type PhotoRow = Row<'photo'>

/** Rows of an older server have none. */
export const marksOf = (photo: PhotoRow): readonly Mark[] => photo.markup ?? []

export const coversOf = (photo: PhotoRow): number => marksOf(photo).filter(({ shape }) => shape === 'blur').length

/** Whether what is covered may be looked at: by the author and by supervisors over the branch. Others get it burnt in. */
export const maySeeUnder = (photo: PhotoRow, person: string | undefined, view: InspectionView | undefined): boolean =>
  photo.author === person || (view !== undefined && view.refusal('photo.waive', photo) !== 'not_allowed')

/** Whether it may be drawn on: by who took part while the item is open, by a supervisor until it is decided. */
export function mayMark(photo: PhotoRow, view: InspectionView): boolean {
  if (photo.retracted || photo.erased_at) return false
  const item = view.photos.find((one) => one.photo.id === photo.id)?.item
  const open = item !== undefined && view.findings.get(item)?.editable === true
  if (open && view.refusal('photo.retract', photo) === null) return true
  return !isDecided(view.inspection) && view.refusal('photo.waive', photo) === null
}

/** Whether it is worth asking for: the full picture is not on the server, and nobody lets the inspection do without it. */
export const mayAsk = (photo: PhotoRow, view: InspectionView): boolean =>
  !photo.stored_at && !photo.waived && !photo.retracted && !photo.erased_at && view.refusal('photo.ask', photo) === null
