import { useState } from 'preact/hooks'
import type { Photo } from '../contract/records.ts'
import type { Row } from '../core/rows.ts'
import type { Whereabouts } from '../sync/whereabouts.ts'
import { moment } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Banner } from '../ui/Notice.tsx'
import { AddShot, PhotoStrip, ShotTile } from '../ui/PhotoStrip.tsx'
import { PhotoViewer } from '../ui/PhotoViewer.tsx'
import { failure, usePhotoUrl } from './CheckPhotos.tsx'

export interface ShownPhoto {
  photo: Row<'photo'>
  state: Whereabouts
}

function Tile({ shown, what, onOpen }: { shown: ShownPhoto; what: string; onOpen: () => void }) {
  const url = usePhotoUrl(shown, 'preview')
  return (
    <ShotTile shot={{ id: shown.photo.id, url, state: shown.state, label: t('photoOf', { what }) }} onOpen={onOpen} />
  )
}

interface ViewerProps {
  photos: readonly ShownPhoto[]
  at: number
  what: string
  onMove: (at: number) => void
  onClose: () => void
  onRetract?: ((photo: string) => Promise<unknown>) | undefined
}

function Viewer({ photos, at, what, onMove, onClose, onRetract }: ViewerProps) {
  const shown = photos[at]
  const url = usePhotoUrl(shown, 'full')
  if (!shown) return null
  const { id, taken_at } = shown.photo
  const line = `${t('photoTaken', { when: moment(taken_at, Date.now()) })} · ${t('photoIndex', { n: at + 1, of: photos.length })}`
  return (
    <PhotoViewer
      url={url}
      title={what}
      line={line}
      onClose={onClose}
      onPrevious={at > 0 ? () => onMove(at - 1) : undefined}
      onNext={at < photos.length - 1 ? () => onMove(at + 1) : undefined}
    >
      {onRetract && (
        <button type="button" class="btn btn-line" onClick={() => void onRetract(id).then(onClose)}>
          {t('photoRetract')}
        </button>
      )}
    </PhotoViewer>
  )
}

interface Props {
  photos: readonly ShownPhoto[]
  /** What they show, in words. */
  what: string
  /** Keeps a picture; without it none can be added. */
  onAdd?: ((file: Blob, source: Photo['source']) => Promise<unknown>) | undefined
  onRetract?: ((photo: string) => Promise<unknown>) | undefined
}

/** The photos of a visit or a comment: look, take, choose from the gallery, withdraw. */
export function Shots({ photos, what, onAdd, onRetract }: Props) {
  const [open, setOpen] = useState<number | null>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const [busy, setBusy] = useState(0)
  if (!onAdd && photos.length === 0) return null

  async function add(file: Blob, source: Photo['source']) {
    setBusy((n) => n + 1)
    setWrong(null)
    try {
      await onAdd?.(file, source)
    } catch (error) {
      setWrong(failure(error))
    } finally {
      setBusy((n) => n - 1)
    }
  }

  return (
    <>
      <PhotoStrip>
        {photos.map((shown, at) => (
          <Tile shown={shown} what={what} onOpen={() => setOpen(at)} key={shown.photo.id} />
        ))}
        {busy > 0 && <span class="shot" role="status" aria-label={t('photoSaving')} />}
        {onAdd && (
          <AddShot
            icon="camera"
            word={photos.length ? t('takeAnother') : t('takePhoto')}
            what={what}
            camera
            onFile={(file) => void add(file, 'camera')}
          />
        )}
        {onAdd && <AddShot icon="photo" word={t('gallery')} what={what} onFile={(file) => void add(file, 'gallery')} />}
      </PhotoStrip>
      <div role="alert">{wrong && <Banner tone="fail" icon="st-lost" title={wrong} />}</div>
      {open !== null && (
        <Viewer
          photos={photos}
          at={open}
          what={what}
          onMove={setOpen}
          onClose={() => setOpen(null)}
          onRetract={onRetract}
        />
      )}
    </>
  )
}
