import { useState } from 'preact/hooks'
import { positionNow } from '../branches/here.ts'
import type { Photo } from '../contract/records.ts'
import { useStored } from '../database/live.ts'
import type { InspectionView, PhotoView } from '../inspections/view.ts'
import { session } from '../people/session.ts'
import { moment } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Banner } from '../ui/Notice.tsx'
import { AddShot, PhotoStrip, ShotTile } from '../ui/PhotoStrip.tsx'
import { PhotoViewer } from '../ui/PhotoViewer.tsx'
import { ReasonSheet } from '../ui/ReasonSheet.tsx'
import { addPhoto, retractPhoto } from './acts.ts'
import { photoUrl } from './queries.ts'

/** An address to draw the photo from, renewed when its state changes. */
export function usePhotoUrl(
  photo: Pick<PhotoView, 'photo' | 'state'> | undefined,
  size: 'preview' | 'full',
): string | null {
  const id = photo?.photo.id
  return (
    useStored(async () => (id ? photoUrl(id, size) : null), [id, size, photo?.state, photo?.photo.preview_at]) ?? null
  )
}

function Tile({ photo, what, onOpen }: { photo: PhotoView; what: string; onOpen: () => void }) {
  const url = usePhotoUrl(photo, 'preview')
  return (
    <ShotTile shot={{ id: photo.photo.id, url, state: photo.state, label: t('photoOf', { what }) }} onOpen={onOpen} />
  )
}

/** Why a photo could not be kept, in a sentence. */
export function failure(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  if (name === 'StorageFull') return t('photoNoSpace')
  if (name === 'NotKept') return t('photoNotKept')
  return name === 'PhotoLost' ? t('lostTitle') : t('photoUnreadable')
}

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
  const line = `${t('photoTaken', { when: moment(photo.photo.taken_at, Date.now()) })} · ${t('photoIndex', { n: at + 1, of: photos.length })}`
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
  const [wrong, setWrong] = useState<string | null>(null)
  const [busy, setBusy] = useState(0)
  const photos = view.photos.filter((one) => one.item === item && one.check === check && !one.photo.retracted)
  if (!editable && photos.length === 0) return null

  async function add(file: Blob, source: Photo['source']) {
    setBusy((n) => n + 1)
    setWrong(null)
    try {
      await addPhoto({ inspection: view.id, item }, check, file, source, positionNow())
    } catch (error) {
      setWrong(failure(error))
    } finally {
      setBusy((n) => n - 1)
    }
  }

  return (
    <>
      <PhotoStrip>
        {photos.map((photo, i) => (
          <Tile photo={photo} what={what} onOpen={() => setOpen(i)} key={photo.photo.id} />
        ))}
        {busy > 0 && <span class="shot" role="status" aria-label={t('photoSaving')} />}
        {editable && (
          <AddShot
            icon="camera"
            word={photos.length ? t('takeAnother') : t('takePhoto')}
            what={what}
            camera
            onFile={(file) => void add(file, 'camera')}
          />
        )}
        {editable && (
          <AddShot icon="photo" word={t('gallery')} what={what} onFile={(file) => void add(file, 'gallery')} />
        )}
      </PhotoStrip>
      <div role="alert">{wrong && <Banner tone="fail" icon="st-lost" title={wrong} />}</div>
      {open !== null && session.value && (
        <Viewer view={view} photos={photos} at={open} what={what} onMove={setOpen} onClose={() => setOpen(null)} />
      )}
    </>
  )
}
