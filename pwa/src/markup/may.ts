/** Who may draw over a photo, and look under a cover; the server has the last word. */

import type { Row } from '../core/rows.ts'
import { isDecided } from '../core/workflow.ts'
import type { InspectionView } from '../inspections/view.ts'

type Photo = Row<'photo'>

const isGone = (photo: Photo): boolean => photo.retracted !== null || photo.erased_at !== null

/** A supervisor over the branch, also one who took part: drawing judges nothing. */
const supervises = (view: InspectionView, photo: Photo): boolean => view.refusal('photo.waive', photo) !== 'not_allowed'

/** Who works on the item draws while it is open to edits, who supervises the branch until the inspection is decided. */
export function mayMark(view: InspectionView, photo: Photo): boolean {
  if (isGone(photo)) return false
  if (supervises(view, photo)) return !isDecided(view.inspection)
  const item = view.photos.find((one) => one.photo.id === photo.id)?.item
  return item !== undefined && view.findings.get(item)?.editable === true
}

/** Whether covers may be taken away: only by who is shown what is under them. */
export const mayUncover = (view: InspectionView, photo: Photo, person: string): boolean =>
  photo.author === person || supervises(view, photo)
