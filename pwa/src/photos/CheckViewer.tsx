import { useState } from 'preact/hooks'
import type { InspectionView, PhotoView } from '../inspections/view.ts'
import { t } from '../texts/index.ts'
import { PhotoViewer } from '../ui/PhotoViewer.tsx'
import { ReasonSheet } from '../ui/ReasonSheet.tsx'
import { retractPhoto } from './acts.ts'
import { factsOf, usePhotoUrl } from './Strip.tsx'

interface ViewerProps {
  view: InspectionView
  photos: readonly PhotoView[]
  at: number
  what: string
  onMove: (at: number) => void
  onClose: () => void
}

/** One photo of a check, large; its author may take it back. */
export function CheckViewer({ view, photos, at, what, onMove, onClose }: ViewerProps) {
  const photo = photos[at]
  const url = usePhotoUrl(photo, 'full')
  const [asking, ask] = useState(false)
  if (!photo) return null
  const editable = view.findings.get(photo.item)?.editable === true
  const mayRetract = editable && view.refusal('photo.retract', photo.photo) === null
  async function retract(reason: string) {
    await retractPhoto({ id: view.id, seen: view.seen }, photo?.photo.id ?? '', reason)
    onClose()
  }
  const line = factsOf(photo.photo, at, photos.length)
  return (
    <PhotoViewer
      url={url}
      title={what}
      line={line}
      onClose={onClose}
      onPrevious={at > 0 ? () => onMove(at - 1) : undefined}
      onNext={at < photos.length - 1 ? () => onMove(at + 1) : undefined}
    >
      {mayRetract && (
        <button type="button" class="btn btn-line" onClick={() => ask(true)}>
          {t('photoRetract')}
        </button>
      )}
      {asking && (
        <ReasonSheet
          title={t('photoRetractTitle')}
          reasons={[t('retractBlurred'), t('retractWrong')]}
          send={t('photoRetract')}
          danger
          onSend={(reason) => void retract(reason)}
          onClose={() => ask(false)}
        />
      )}
    </PhotoViewer>
  )
}
