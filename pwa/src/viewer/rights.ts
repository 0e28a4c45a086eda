/** What the person may do with a photo; the server has the last word. */

import type { Mark } from '../contract/records.ts'
import type { Row } from '../core/rows.ts'
import type { InspectionView } from '../inspections/view.ts'
import type { ShownPhoto } from '../photos/Strip.tsx'

export type PhotoRow = Row<'photo'>

/** Rows of an older server have none. */
export const marksOf = (photo: PhotoRow): readonly Mark[] => photo.markup ?? []

export const coversOf = (photo: PhotoRow): number => marksOf(photo).filter(({ shape }) => shape === 'blur').length

/** Whether no picture of it can be seen from here: it never came, is lost, or was erased. */
export const isNowhere = ({ photo, state }: ShownPhoto): boolean =>
  photo.erased_at !== null || (!photo.stored_at && !photo.preview_at && (state === 'server' || state === 'lost'))

/** Whether it is worth asking for: the full picture is not on the server, and nobody lets the inspection do without it. */
export const mayAsk = (photo: PhotoRow, view: InspectionView): boolean =>
  !photo.stored_at && !photo.waived && !photo.retracted && !photo.erased_at && view.refusal('photo.ask', photo) === null
