import { useEffect, useState } from 'preact/hooks'
import type { InspectionView, PhotoView } from '../inspections/view.ts'
import { usePhotoUrl } from '../photos/Strip.tsx'
import { clockTime } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { ReasonSheet } from '../ui/ReasonSheet.tsx'
import { stateWords } from '../ui/StateWord.tsx'
import { waivePhoto } from './acts.ts'
import { say } from './say.ts'

/** How the reviewer sees a photo: the original is here, only its preview, or nothing but the record. */
const arrival = ({ photo }: PhotoView): 'full' | 'server' | 'phone' =>
  photo.stored_at ? 'full' : photo.preview_at ? 'server' : 'phone'

function Thumb({
  photo,
  n,
  of,
  on,
  onOpen,
}: {
  photo: PhotoView
  n: number
  of: number
  on: boolean
  onOpen: () => void
}) {
  const url = usePhotoUrl(photo, 'preview')
  const state = arrival(photo)
  return (
    <button
      type="button"
      class={on ? 'film-b on' : 'film-b'}
      aria-pressed={on}
      aria-label={`${t('photoIndex', { n, of })}${t('comma')}${t(stateWords[state])}`}
      onClick={onOpen}
    >
      {url && <img class={state === 'full' ? undefined : 'lowres'} src={url} alt="" />}
      <span class={`sq st-${state}`}>
        <Icon name={`st-${state}`} />
      </span>
    </button>
  )
}

function Missing({ view, photo, who }: { view: InspectionView; photo: PhotoView; who: string }) {
  const [asking, ask] = useState(false)
  const mayWaive = view.refusal('photo.waive', photo.photo) === null && !photo.photo.waived
  return (
    <>
      <div class="film-wait small">
        <b>
          <Icon name={photo.photo.preview_at ? 'st-server' : 'st-phone'} />
          {photo.photo.waived
            ? t('photoWaived')
            : photo.photo.preview_at
              ? say('photoPreviewOnly')
              : say('photoMissingHere')}
        </b>
        <span>{photo.photo.waived?.reason ?? say('photoOnPhoneOf', { who })}</span>
      </div>
      {mayWaive && (
        <button type="button" class="btn btn-s film-waive" onClick={() => ask(true)}>
          {say('photoWaive')}
        </button>
      )}
      {asking && (
        <ReasonSheet
          title={say('photoWaiveTitle')}
          reasons={[say('waivePreview'), say('waiveBroken')]}
          send={say('photoWaive')}
          onSend={(reason) => void waivePhoto({ id: view.id, seen: view.seen }, photo.photo.id, reason)}
          onClose={() => ask(false)}
        />
      )}
    </>
  )
}

interface Props {
  view: InspectionView
  photos: readonly PhotoView[]
  /** What the photos show, in words. */
  what: string
  at: number
  onMove: (at: number) => void
  who: (person: string | null) => string
}

/** The photos of one check: one as large as the pane, never cropped, all of them below. */
export function Stage({ view, photos, what, at, onMove, who }: Props) {
  const photo = photos[at]
  const url = usePhotoUrl(photo, 'full')
  const [large, setLarge] = useState(false)
  useEffect(() => setLarge(false), [photo?.photo.id])
  if (!photo) {
    return (
      <div class="stage" data-theme="dark">
        <p class="dim">{say('noPhotosHere')}</p>
      </div>
    )
  }
  const state = arrival(photo)
  return (
    <>
      <figure class={large ? 'stage is-large' : 'stage'}>
        {url ? <img src={url} alt={what} /> : <p>{say('photoMissingHere')}</p>}
        <figcaption class="vh">{say('stageIndex', { n: at + 1, of: photos.length })}</figcaption>
        {url && (
          <div class="stage-tools">
            <button
              type="button"
              aria-label={large ? say('fitSize') : say('fullSize')}
              aria-pressed={large}
              onClick={() => setLarge(!large)}
            >
              <Icon name="expand" />
            </button>
          </div>
        )}
        <p class="stage-cap n">
          <Icon name={`st-${state}`} />
          {state === 'full' ? say('originalHere') : t(stateWords[state])} · {clockTime(photo.photo.taken_at)}
        </p>
      </figure>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot lie in a flex row */}
      <div class="film" role="group" aria-label={say('stageIndex', { n: at + 1, of: photos.length })}>
        {photos.map((one, i) => (
          <Thumb photo={one} n={i + 1} of={photos.length} on={i === at} onOpen={() => onMove(i)} key={one.photo.id} />
        ))}
        {state !== 'full' && <Missing view={view} photo={photo} who={who(photo.photo.author)} />}
      </div>
    </>
  )
}
