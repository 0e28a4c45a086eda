import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Mark } from '../contract/records.ts'
import { PhotoFacts } from '../evidence/Facts.tsx'
import { trueTime } from '../evidence/facts.ts'
import type { InspectionView } from '../inspections/view.ts'
import type { ShownPhoto } from '../photos/Strip.tsx'
import { moment } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Icon } from '../ui/Icon.tsx'
import { useModal } from '../ui/modal.ts'
import { useStep } from '../ui/step.ts'
import { type Leaf, type Place, placeOf } from './album.ts'
import { Compare } from './Compare.tsx'
import { ComparePick } from './ComparePick.tsx'
import { Draw } from './Draw.tsx'
import { Foot } from './Foot.tsx'
import { Look } from './Look.tsx'
import { Over } from './Over.tsx'
import { say } from './say.ts'
import { useAbout } from './useAbout.ts'
import { type Switches, useSwitches } from './useSwitches.ts'
import './Viewer.css'

export interface ViewerProps {
  album: readonly Leaf[]
  /** The photo that is looked at. */
  id: string
  onMove: (id: string) => void
  onClose: () => void
  /** The inspection they were taken in: rights, and earlier inspections of the branch. */
  view?: InspectionView | undefined
  /** Opened with a comparison: the other photo. */
  against?: ShownPhoto | undefined
  /** Keeps what was drawn over a photo outside of an inspection, where it may be drawn on. */
  onMark?: ((photo: ShownPhoto, marks: Mark[]) => Promise<void>) | undefined
  /** What else may be done with a photo. */
  more?: ((photo: ShownPhoto) => ComponentChildren) | undefined
}

/** When it was taken, which of how many it is, and whether this is only its preview. */
const lineOf = ({ shown: { photo, state }, leaf, n }: Place): string =>
  [
    t('photoTaken', { when: moment(trueTime(photo), Date.now()) }),
    t('photoIndex', { n, of: leaf.photos.length }),
    state === 'server' && photo.preview_at && !photo.stored_at && say('previewOnly'),
  ]
    .filter(Boolean)
    .join(' · ')

function Top({ title, line, closes, onClose }: { title: string; line: string; closes: string; onClose: () => void }) {
  return (
    <header class="viewer-top">
      <button type="button" class="icon-b" aria-label={closes} onClick={onClose}>
        <Icon name="cross" />
      </button>
      <div class="grow">
        <p class="vw-t">{title}</p>
        <p class="small vw-line n">{line}</p>
      </div>
    </header>
  )
}

/** What is left of the album when the photo that is looked at is taken away: the one after it, or before it. */
function usePlace({ album, id, onMove, onClose }: ViewerProps): Place | undefined {
  const place = placeOf(album, id)
  const last = useRef<Place>()
  if (place) last.current = place
  useEffect(() => {
    if (place) return
    const { next, previous } = last.current ?? {}
    const still = [next, previous].find((one) => one !== undefined && placeOf(album, one))
    if (still) onMove(still)
    else onClose()
  }, [place === undefined])
  return place
}

interface BodyProps extends ViewerProps {
  place: Place
  switches: Switches
}

/** The photo with its tools, or two of them compared. */
function Body(props: BodyProps) {
  const { place, switches, album, view } = props
  const { shown, leaf } = place
  const about = useAbout(place, view)
  return (
    <>
      {switches.other ? (
        <Compare
          pair={[shown, switches.other]}
          what={leaf.what}
          over={({ photo }) => <Over photo={photo} marks={switches.marks} uncovered={false} />}
          onClose={() => switches.compare(null)}
        />
      ) : (
        <div class="vw-main">
          <Look {...props} about={about} />
          {switches.facts && (
            <aside class="vw-facts" aria-label={say('facts')}>
              <PhotoFacts {...about} />
            </aside>
          )}
        </div>
      )}
      {!switches.other && <Foot {...props} about={about} />}
      {switches.drawing && (
        <Draw place={place} view={view} onMark={props.onMark} onClose={() => switches.draw(false)} />
      )}
      {switches.picking && (
        <ComparePick
          album={album}
          shown={shown}
          what={leaf.what}
          view={view}
          onPick={switches.compare}
          onClose={() => switches.pick(false)}
        />
      )}
    </>
  )
}

/** Photos, one at a time, as large as the screen; dark in every theme. */
export function Viewer(props: ViewerProps) {
  const { onClose } = props
  const dialog = useRef<HTMLDialogElement>(null)
  const switches = useSwitches(props.id, props.against)
  const place = usePlace(props)
  useStep(onClose)
  useModal(dialog)
  const comparing = switches.other !== null
  const leave = comparing ? () => switches.compare(null) : onClose
  const what = place?.leaf.what ?? ''
  return (
    <dialog
      class="viewer"
      data-theme="dark"
      ref={dialog}
      aria-label={what}
      onCancel={(e) => {
        // one that was opened above it speaks for itself
        if (e.target !== dialog.current) return
        e.preventDefault()
        leave()
      }}
    >
      <Top
        title={comparing ? say('compareOf', { what }) : what}
        line={place && !comparing ? lineOf(place) : ''}
        closes={comparing ? say('compareEnd') : t('close')}
        onClose={leave}
      />
      {place && <Body {...props} place={place} switches={switches} />}
    </dialog>
  )
}
