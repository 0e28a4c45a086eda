import { useEffect, useRef, useState } from 'preact/hooks'
import type { Place as Spot } from '../branches/distance.ts'
import { about, type Budget, hasRoom } from '../database/budget.ts'
import { type ShownPhoto, usePhotoUrl } from '../photos/Strip.tsx'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { useModal } from '../ui/modal.ts'
import { Banner } from '../ui/Notice.tsx'
import { Pick } from '../ui/Pick.tsx'
import { useStep } from '../ui/step.ts'
import '../ui/Button.css'
import './Camera.css'
import { Finder } from './Finder.tsx'
import { say } from './say.ts'
import { still } from './still.ts'
import type { Target } from './target.ts'
import { isTrouble, type Lens, useLens } from './useLens.ts'
import { type Placing, usePlace } from './usePlace.ts'
import { useRoom } from './useRoom.ts'
import { type Taking, useTaking } from './useTaking.ts'
import { AskPlace, Where } from './Where.tsx'
import { warm } from './warm.ts'

/** With room for fewer photos it is said in good time. */
const FEW = 30

/** The last photo of what the camera is pointed at. */
function LastShot({ photos }: { photos: readonly ShownPhoto[] }) {
  const last = photos.at(-1)
  const url = usePhotoUrl(last, 'preview')
  if (!last || !url) return <span class="cam-thumb" />
  return (
    <span class="cam-thumb">
      <img src={url} alt={say('lastShot')} />
      <span class={`sq st-${last.state}`}>
        <Icon name={`st-${last.state}`} />
      </span>
    </span>
  )
}

/** The light is off with every new lens. */
function Light({ lens }: { lens: Lens }) {
  const [on, set] = useState(false)
  useEffect(() => set(false), [lens])
  const light = typeof lens === 'object' ? lens.light : undefined
  if (!light) return <span />
  const switched = () =>
    light(!on).then(
      () => set(!on),
      () => undefined,
    )
  return (
    <button type="button" class="cam-b" aria-pressed={on} onClick={switched}>
      <Icon name="torch" />
      {say('light')}
    </button>
  )
}

interface WhichProps {
  targets: readonly Target[]
  at: number
  onMove: (at: number) => void
}

/** From check to check with one thumb. */
function Which({ targets, at, onMove }: WhichProps) {
  const step = (by: 1 | -1, word: string, icon: 'back' | 'next') => (
    <button type="button" class="icon-b" aria-label={word} disabled={!targets[at + by]} onClick={() => onMove(at + by)}>
      <Icon name={icon} />
    </button>
  )
  return (
    <div class="cam-which">
      {step(-1, say('previousCheck'), 'back')}
      <p class="n grow mid">
        {say('whichCheck', { n: at + 1, of: targets.length, photos: targets[at]?.photos.length ?? 0 })}
      </p>
      {step(1, say('nextCheck'), 'next')}
    </div>
  )
}

function Note({ room }: { room: Budget | null | undefined }) {
  const left = room ? about(room.photos_left) : null
  const few = left !== null && left < FEW
  return (
    <p class="cam-note n">
      <Icon name="shield" />
      {say('privacy')}
      {left !== null && <span class={few ? 'c-warn' : undefined}>{say(few ? 'roomFew' : 'room', { n: left })}</span>}
    </p>
  )
}

/** What came of the last shot, in a word. A photo that left with a comment is not among those shown here. */
function Said({ taking, photos }: { taking: Taking; photos: number }) {
  const n = Math.max(photos, taking.here)
  const word = taking.saving > 0 ? say('saving') : taking.saved > 0 && n > 0 ? say('saved', { n }) : ''
  return (
    <p class="cam-said n" role="status">
      {word && <span>{word}</span>}
    </p>
  )
}

interface Props {
  targets: readonly Target[]
  at: number
  /** What they belong to. */
  line?: string
  /** Where the branch is. */
  home?: Spot | null
  onMove: (at: number) => void
  onClose: () => void
}

/** The camera of the app, as large as the screen: photos of one thing after the other without leaving it. */
export function Camera(props: Props) {
  const target = props.targets[props.at]
  return target ? <Shooting {...props} target={target} /> : null
}

/** Why none can be taken, or why the last one was not kept. */
function Wrong({ full, taking }: { full: boolean; taking: Taking }) {
  return (
    <div role="alert">
      {full && (
        <Banner tone="fail" icon="st-refused" title={say('fullTitle')}>
          {say('fullText')}
        </Banner>
      )}
      {taking.wrong && !full && <Banner tone="fail" icon="st-lost" title={taking.wrong} />}
    </div>
  )
}

interface RowProps {
  target: Target
  taking: Taking
  lens: Lens
  mayTake: boolean
  onShoot: () => void
  onClose: () => void
}

/** At the thumb: the last shot, the light, the shutter, the gallery, and the way out. */
function Row({ target, taking, lens, mayTake, onShoot, onClose }: RowProps) {
  return (
    <div class="cam-row">
      <LastShot photos={target.photos} />
      <Light lens={lens} />
      <button
        type="button"
        class="shutter"
        aria-label={say('shutter')}
        aria-disabled={!(mayTake && typeof lens === 'object')}
        onClick={onShoot}
      >
        <i />
      </button>
      <Pick class="cam-b" disabled={!mayTake} onFile={(file) => void taking.take(async () => file, 'gallery')}>
        <Icon name="photo" />
        {say('gallery')}
      </Pick>
      <button type="button" class="cam-b" aria-label={say('doneSaved', { n: taking.saved })} onClick={onClose}>
        <b class="n">{taking.saved}</b>
        {say('done')}
      </button>
    </div>
  )
}

interface TopProps {
  what: string
  line: string | undefined
  place: Placing
  home: Spot | null
  onClose: () => void
}

const Top = ({ what, line, place, home, onClose }: TopProps) => (
  <header class="cam-top">
    <button type="button" class="icon-b" aria-label={t('close')} onClick={onClose}>
      <Icon name="cross" />
    </button>
    <div class="grow">
      <p class="cam-t">{what}</p>
      {line && <p class="cam-s">{line}</p>}
      <Where place={place} home={home} />
    </div>
  </header>
)

/** The phone's own camera, for who prefers it or is given no other. */
const Own = ({ taking, lens, mayTake }: { taking: Taking; lens: Lens; mayTake: boolean }) => (
  <Pick
    class={isTrouble(lens) ? 'btn btn-line' : 'btn btn-text cam-own'}
    camera
    disabled={!mayTake}
    onFile={(file) => void taking.take(async () => file, 'camera')}
  >
    {say('ownCamera')}
  </Pick>
)

function Shooting({ targets, at, line, home = null, target, onMove, onClose }: Props & { target: Target }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const [attempt, setAttempt] = useState(0)
  const lens = useLens(video, attempt)
  const [room, lookForRoom] = useRoom()
  const place = usePlace()
  const taking = useTaking(target, place.now)
  const full = room ? !hasRoom(room) : false
  const mayTake = taking.ready && !taking.busy && room !== undefined && !full
  useStep(onClose)
  useModal(dialog)
  useEffect(warm, [])
  useEffect(lookForRoom, [taking.saved])
  const shoot = () => {
    const shown = video.current
    if (typeof lens === 'object' && shown && mayTake) void taking.take(() => still(lens, shown), 'camera')
  }
  const cancel = (event: Event) => {
    event.preventDefault()
    onClose()
  }
  return (
    <dialog
      class="cam"
      data-theme="dark"
      ref={dialog}
      aria-label={say('label', { what: target.what })}
      onCancel={cancel}
    >
      <Top what={target.what} line={line} place={place} home={home} onClose={onClose} />
      <Finder video={video} lens={lens} onAgain={() => setAttempt(attempt + 1)}>
        <Said taking={taking} photos={target.photos.length} />
        <div class="cam-over">
          <Wrong full={full} taking={taking} />
          {typeof lens === 'object' && <AskPlace place={place} />}
        </div>
      </Finder>
      <div class="cam-panel">
        {targets.length > 1 && <Which targets={targets} at={at} onMove={onMove} />}
        <Row target={target} taking={taking} lens={lens} mayTake={mayTake} onShoot={shoot} onClose={onClose} />
        <div class="cam-foot">
          <Note room={room} />
          <Own taking={taking} lens={lens} mayTake={mayTake} />
        </div>
      </div>
    </dialog>
  )
}
