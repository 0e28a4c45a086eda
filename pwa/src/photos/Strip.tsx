import { useState } from 'preact/hooks'
import type { Photo } from '../contract/records.ts'
import type { Row } from '../core/rows.ts'
import { useStored } from '../database/live.ts'
import type { Whereabouts } from '../sync/whereabouts.ts'
import { moment } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Banner } from '../ui/Notice.tsx'
import { AddShot, PhotoStrip, ShotTile } from '../ui/PhotoStrip.tsx'
import { photoUrl } from './queries.ts'

/** A photo and where it is. */
export interface ShownPhoto {
  photo: Row<'photo'>
  state: Whereabouts
}

/** An address to draw the photo from, renewed when its state changes. */
export function usePhotoUrl(photo: ShownPhoto | undefined, size: 'preview' | 'full'): string | null {
  const row = photo?.photo
  return (
    useStored(
      async () => (row ? photoUrl(row, size) : null),
      [row?.id, size, photo?.state, row?.preview_at, row?.stored_at],
    ) ?? null
  )
}

/** When a photo was taken, and which of how many it is. */
export const factsOf = (photo: Photo, at: number, of: number): string =>
  `${t('photoTaken', { when: moment(photo.taken_at, Date.now()) })} · ${t('photoIndex', { n: at + 1, of })}`

function Tile({ shown, what, onOpen }: { shown: ShownPhoto; what: string; onOpen: () => void }) {
  const url = usePhotoUrl(shown, 'preview')
  return (
    <ShotTile shot={{ id: shown.photo.id, url, state: shown.state, label: t('photoOf', { what }) }} onOpen={onOpen} />
  )
}

/** Why a photo could not be kept, in a sentence. */
function failure(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  if (name === 'StorageFull') return t('photoNoSpace')
  if (name === 'NotKept') return t('photoNotKept')
  return name === 'PhotoLost' ? t('lostTitle') : t('photoUnreadable')
}

interface Props {
  photos: readonly ShownPhoto[]
  /** What they show, in words. */
  what: string
  onOpen: (at: number) => void
  /** Keeps a picture; without it none can be added. */
  onAdd?: ((file: Blob, source: Photo['source']) => Promise<unknown>) | undefined
}

/** Photos in a row, the ways to add one last; below, why one could not be kept. */
export function Strip({ photos, what, onOpen, onAdd }: Props) {
  const [wrong, setWrong] = useState<string | null>(null)
  const [busy, setBusy] = useState(0)

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
          <Tile shown={shown} what={what} onOpen={() => onOpen(at)} key={shown.photo.id} />
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
    </>
  )
}
