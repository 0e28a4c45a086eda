import { MarkLayer } from '../markup/MarkLayer.tsx'
import { marksOf, type PhotoRow } from './rights.ts'

interface Props {
  photo: PhotoRow
  /** Whether what was drawn is shown; covers always are, unless `uncovered`. */
  marks: boolean
  uncovered: boolean
}

/** What was drawn over a photo: hiding the marks uncovers nothing. */
export function Over({ photo, marks, uncovered }: Props) {
  const shown = marksOf(photo).filter(({ shape }) => marks || shape === 'blur')
  if (shown.length === 0) return null
  return <MarkLayer marks={shown} width={photo.width} height={photo.height} uncovered={uncovered} />
}
