import type { ComponentProps } from 'preact'
import { useState } from 'preact/hooks'
import { positionNow } from '../branches/here.ts'
import type { InspectionView, PhotoView } from '../inspections/view.ts'
import { session } from '../people/session.ts'
import { t } from '../texts/index.ts'
import { PhotoViewer } from '../ui/PhotoViewer.tsx'
import { ReasonSheet } from '../ui/ReasonSheet.tsx'
import { addPhoto, retractPhoto } from './acts.ts'
import { factsOf, Strip, usePhotoUrl } from './Strip.tsx'

interface ViewerProps {
  view: InspectionView
  photos: readonly PhotoView[]
  at: number
  what: string
  onMove: (at: number) => void
  onClose: () => void
}

function Viewer({ view, photos, at, what, onMove, onClose }: ViewerProps) {
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

interface Props {
  view: InspectionView
  item: string
  /** Null: the photos of the item that belong to no check. */
  check: string | null
  /** What the photos show, in words. */
  what: string
  editable: boolean
}

/** The photos of one check: look, take, choose from the gallery, withdraw. */
export function CheckPhotos({ view, item, check, what, editable }: Props) {
  const [open, setOpen] = useState<number | null>(null)
  const photos = view.photos.filter((one) => one.item === item && one.check === check && !one.photo.retracted)
  if (!editable && photos.length === 0) return null
  const add: ComponentProps<typeof Strip>['onAdd'] = (file, source) =>
    addPhoto({ inspection: view.id, item }, check, file, source, positionNow())
  return (
    <>
      <Strip photos={photos} what={what} onOpen={setOpen} onAdd={editable ? add : undefined} />
      {open !== null && session.value && (
        <Viewer view={view} photos={photos} at={open} what={what} onMove={setOpen} onClose={() => setOpen(null)} />
      )}
    </>
  )
}
