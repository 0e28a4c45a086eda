import { useEffect } from 'preact/hooks'
import type { About } from '../evidence/Facts.tsx'
import { Watermark } from '../evidence/Watermark.tsx'
import type { InspectionView } from '../inspections/view.ts'
import { mayUncover } from '../markup/may.ts'
import { session } from '../people/session.ts'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import type { Place } from './album.ts'
import { Over } from './Over.tsx'
import { Layers, Missing } from './Picture.tsx'
import { coversOf, isNowhere } from './rights.ts'
import { say } from './say.ts'
import { Round } from './Tools.tsx'
import { usePicture } from './usePicture.ts'
import type { Switches } from './useSwitches.ts'
import { useZoom, type Zooming } from './useZoom.ts'
import { MOST } from './zoom.ts'

interface Props {
  place: Place
  switches: Switches
  about: About
  view?: InspectionView | undefined
  onMove: (id: string) => void
}

const TURNS: Readonly<Record<string, -1 | 1>> = { ArrowLeft: -1, PageUp: -1, ArrowRight: 1, PageDown: 1 }

/** Keys for the photo, wherever in the viewer the focus is, but not for what is opened above it. */
function useLookKeys(zoom: Zooming, step: (by: -1 | 1) => void): void {
  useEffect(() => {
    const dialog = zoom.frame.current?.closest('dialog')
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (!dialog || dialog.querySelector('dialog[open]')) return
      const by = TURNS[event.key]
      if (!zoom.onKey(event.key)) {
        if (!by) return
        step(by)
      }
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })
}

/** How many places are covered; who may look at what is under them switches that here. */
function Covers({ place, switches, view }: Pick<Props, 'place' | 'switches' | 'view'>) {
  const { photo } = place.shown
  const n = coversOf(photo)
  if (n === 0) return null
  const me = session.value?.person.id ?? ''
  const may = view ? mayUncover(view, photo, me) : photo.author === me
  if (!may) return <p class="vw-cov small n">{say('covered', { n })}</p>
  return (
    <button
      type="button"
      class="vw-cov small n"
      aria-pressed={switches.uncovered}
      onClick={() => switches.toggle('uncovered')}
    >
      <Icon name="eye" />
      {say('covered', { n })}
      {t('comma')}
      {say(switches.uncovered ? 'coverAgain' : 'uncover')}
    </button>
  )
}

/** One photo that can be enlarged and moved, and the way to its neighbours. */
export function Look({ place, switches, about, view, onMove }: Props) {
  const { shown, leaf, previous, next } = place
  const { photo } = shown
  const step = (by: -1 | 1) => {
    const to = by < 0 ? previous : next
    if (to) onMove(to)
  }
  const zoom = useZoom(photo.id, photo, step)
  useLookKeys(zoom, step)
  const pictured = usePicture(shown)
  return (
    <div class="vw-frame" ref={zoom.frame}>
      <div class="vw-box" ref={zoom.box} key={photo.id}>
        <Layers pictured={pictured} what={leaf.what}>
          <Over photo={photo} marks={switches.marks} uncovered={switches.uncovered} />
          {switches.watermark && <Watermark {...about} />}
        </Layers>
      </div>
      <Missing pictured={pictured} />
      {previous && <Round class="vw-prev" icon="back" label={t('previous')} onTap={() => step(-1)} />}
      {next && <Round class="vw-next" icon="next" label={t('next')} onTap={() => step(1)} />}
      <Covers place={place} switches={switches} view={view} />
      {!isNowhere(shown) && (
        <div class="vw-zoom">
          <Round icon="plus" label={say('zoomIn')} off={zoom.scale >= MOST} onTap={zoom.larger} />
          <Round icon="minus" label={say('zoomOut')} off={zoom.scale <= 1} onTap={zoom.smaller} />
          <Round icon="expand" label={say('zoomFit')} off={zoom.scale <= 1} onTap={zoom.fit} />
        </div>
      )}
      <p class="vh" role="status">
        {zoom.scale > 1 && say('zoomed', { times: zoom.scale.toFixed(1) })}
      </p>
    </div>
  )
}
