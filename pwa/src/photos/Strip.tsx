import { useEffect, useRef, useState } from 'preact/hooks'
import { mayOpenCamera } from '../camera/may.ts'
import type { Photo } from '../contract/records.ts'
import type { Row } from '../core/rows.ts'
import { hasRoom, storageBudget } from '../database/budget.ts'
import { useStored } from '../database/live.ts'
import type { Whereabouts } from '../sync/whereabouts.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Banner } from '../ui/Notice.tsx'
import { AddShot, PhotoStrip, ShotTile, TakeShot } from '../ui/PhotoStrip.tsx'
import type { Add } from './adding.ts'
import { type Expected, expectPhoto, forgetExpected, missed } from './expected.ts'
import { failure, refusal } from './failure.ts'
import { coveredPart, photoUrl } from './queries.ts'

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
      [row?.id, size, photo?.state, row?.preview_at, row?.stored_at, row && coveredPart(row)],
    ) ?? null
  )
}

function Tile({ shown, what, onOpen }: { shown: ShownPhoto; what: string; onOpen: () => void }) {
  const url = usePhotoUrl(shown, 'preview')
  return (
    <ShotTile shot={{ id: shown.photo.id, url, state: shown.state, label: t('photoOf', { what }) }} onOpen={onOpen} />
  )
}

/** A page died over a photo of these: there may be one less than the person thinks. */
function Missed({ onTake }: { onTake: () => void }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => place.current?.scrollIntoView({ block: 'center' }), [])
  return (
    <div ref={place}>
      <Banner tone="warn" icon="camera" title={t('photoMissed')}>
        {t('photoMissedText')}
        <div class="missed-way">
          <button type="button" class="btn btn-line" onClick={onTake}>
            {t('photoGoOn')}
          </button>
          <button type="button" class="btn btn-text" onClick={() => void forgetExpected(missed.peek())}>
            {t('photoNoMore')}
          </button>
        </div>
      </Banner>
    </div>
  )
}

interface AddingProps {
  /** The name of these photos in a note that outlives the page. */
  spot: string
  /** What they show, in words. */
  what: string
  more: boolean
  /** Opens the camera of the app. */
  onTake: () => void
  onAdd: Add
  onBusy: (by: 1 | -1) => void
  onWrong: (wrong: string | null) => void
}

/** The ways to add a photo. A page without HTTPS is given no camera: then the phone's own is asked. */
function Adding({ spot, what, more, onTake, onAdd, onBusy, onWrong }: AddingProps) {
  const expected = useRef<Expected | null>(null)
  const forget = () => void forgetExpected(expected.current)
  useEffect(() => forget, [])

  /** There is room, and on disk stands what is about to be taken: the phone's camera may cost this page its life. */
  async function ready(): Promise<boolean> {
    onWrong(null)
    if (!hasRoom(await storageBudget().catch(() => null))) {
      onWrong(t('photoNoRoom'))
      return false
    }
    try {
      expected.current = await expectPhoto(spot)
      return true
    } catch (problem) {
      onWrong(refusal(problem))
      return false
    }
  }

  async function add(file: Blob, source: Photo['source']) {
    onBusy(1)
    try {
      await onAdd(file, { source })
    } catch (problem) {
      onWrong(failure(problem))
    } finally {
      forget()
      onBusy(-1)
    }
  }

  const word = { icon: 'camera' as const, word: more ? t('takeAnother') : t('takePhoto'), what }
  const pick = { what, ready, onNothing: forget }
  return (
    <>
      {mayOpenCamera() ? (
        <TakeShot {...word} onTake={onTake} />
      ) : (
        <AddShot {...word} {...pick} camera onFile={(file) => void add(file, 'camera')} />
      )}
      <AddShot icon="photo" word={t('gallery')} {...pick} onFile={(file) => void add(file, 'gallery')} />
    </>
  )
}

interface Props {
  photos: readonly ShownPhoto[]
  /** What they show, in words. */
  what: string
  onOpen: (at: number) => void
  /** How one is added; without it none can be. */
  adding?: Pick<AddingProps, 'spot' | 'onTake' | 'onAdd'> | undefined
}

/** Photos in a row, the ways to add one last; below, why one could not be kept. */
export function Strip({ photos, what, onOpen, adding }: Props) {
  const [wrong, setWrong] = useState<string | null>(null)
  const [busy, setBusy] = useState(0)
  return (
    <>
      {adding && missed.value?.spot === adding.spot && <Missed onTake={adding.onTake} />}
      <PhotoStrip>
        {photos.map((shown, at) => (
          <Tile shown={shown} what={what} onOpen={() => onOpen(at)} key={shown.photo.id} />
        ))}
        {busy > 0 && <span class="shot" role="status" aria-label={t('photoSaving')} />}
        {adding && (
          <Adding
            {...adding}
            what={what}
            more={photos.length > 0}
            onBusy={(by) => setBusy((n) => n + by)}
            onWrong={setWrong}
          />
        )}
      </PhotoStrip>
      <div role="alert">{wrong && <Banner tone="fail" icon="st-lost" title={wrong} />}</div>
    </>
  )
}
