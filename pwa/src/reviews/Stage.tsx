import { useEffect, useState } from 'preact/hooks'
import { trueTime } from '../evidence/facts.ts'
import type { InspectionView, PhotoView } from '../inspections/view.ts'
import { type ShownPhoto, usePhotoUrl } from '../photos/Strip.tsx'
import { clockTime, day } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { ReasonSheet } from '../ui/ReasonSheet.tsx'
import { stateWords } from '../ui/StateWord.tsx'
import { Ask } from '../viewer/Ask.tsx'
import { albumOf } from '../viewer/album.ts'
import { Over } from '../viewer/Over.tsx'
import { Picture } from '../viewer/Picture.tsx'
import { usePastPhoto } from '../viewer/past.ts'
import { Viewer } from '../viewer/Viewer.tsx'
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
      <Ask view={view} photo={photo.photo} />
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

/** The photo of the check from the last time: a tap lays it beside this one. */
function Earlier({
  view,
  photo,
  onCompare,
}: {
  view: InspectionView
  photo: PhotoView
  onCompare: (to: ShownPhoto) => void
}) {
  const past = usePastPhoto(view, photo.item, photo.check)
  const url = usePhotoUrl(past, 'preview')
  if (!past || !url) return null
  const when = day(trueTime(past.photo))
  return (
    <button
      type="button"
      class="film-b film-past"
      aria-label={say('compareWith', { when })}
      onClick={() => onCompare(past)}
    >
      <img src={url} alt="" />
      <span class="film-day n">{when}</span>
    </button>
  )
}

interface LargeProps extends Pick<Props, 'view' | 'photos' | 'onMove'> {
  photo: PhotoView
  against: ShownPhoto | undefined
  onClose: () => void
}

/** The photos of the item over the whole screen; the stage goes along as far as it shows the same ones. */
function Large({ view, photos, photo, against, onMove, onClose }: LargeProps) {
  const [id, setId] = useState(photo.photo.id)
  const move = (to: string) => {
    setId(to)
    const at = photos.findIndex((one) => one.photo.id === to)
    if (at >= 0) onMove(at)
  }
  return <Viewer album={albumOf(view, photo.item)} {...{ id, view, against, onClose }} onMove={move} />
}

/** The photo as large as the pane, with what was drawn over it. */
function Shown({ photo, what, onEnlarge }: { photo: PhotoView; what: string; onEnlarge: () => void }) {
  const state = arrival(photo)
  return (
    <>
      <Picture shown={photo} what={what} key={photo.photo.id}>
        <Over photo={photo.photo} marks uncovered={false} />
      </Picture>
      <div class="stage-tools">
        <button type="button" aria-label={say('fullSize')} aria-haspopup="dialog" onClick={onEnlarge}>
          <Icon name="expand" />
        </button>
      </div>
      <p class="stage-cap n">
        <Icon name={`st-${state}`} />
        {state === 'full' ? say('originalHere') : t(stateWords[state])} · {clockTime(trueTime(photo.photo))}
      </p>
    </>
  )
}

/** The photos of one check: one as large as the pane, never cropped, all of them below. */
export function Stage({ view, photos, what, at, onMove, who }: Props) {
  const photo = photos[at]
  const [large, enlarge] = useState<{ against?: ShownPhoto } | null>(null)
  useEffect(() => enlarge(null), [what])
  if (!photo) {
    return (
      <div class="stage" data-theme="dark">
        <p class="dim">{say('noPhotosHere')}</p>
      </div>
    )
  }
  return (
    <>
      <figure class="stage">
        <Shown photo={photo} what={what} onEnlarge={() => enlarge({})} />
        <figcaption class="vh">{say('stageIndex', { n: at + 1, of: photos.length })}</figcaption>
      </figure>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot lie in a flex row */}
      <div class="film" role="group" aria-label={say('stageIndex', { n: at + 1, of: photos.length })}>
        {photos.map((one, i) => (
          <Thumb photo={one} n={i + 1} of={photos.length} on={i === at} onOpen={() => onMove(i)} key={one.photo.id} />
        ))}
        {arrival(photo) !== 'full' && <Missing view={view} photo={photo} who={who(photo.photo.author)} />}
        <Earlier view={view} photo={photo} onCompare={(against) => enlarge({ against })} key={photo.photo.id} />
      </div>
      {large && <Large {...{ view, photos, photo, onMove }} against={large.against} onClose={() => enlarge(null)} />}
    </>
  )
}
