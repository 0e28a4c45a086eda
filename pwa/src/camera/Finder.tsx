import type { ComponentChildren, Ref } from 'preact'
import { useState } from 'preact/hooks'
import { Icon } from '../ui/Icon.tsx'
import type { Zoom } from './lens.ts'
import { say } from './say.ts'
import { isTrouble, type Lens } from './useLens.ts'

const TROUBLES = {
  denied: ['denied', 'deniedText'],
  none: ['none', 'noneText'],
  busy: ['busy', 'busyText'],
  insecure: ['insecure', 'insecureText'],
} as const

function Trouble({ lens, onAgain }: { lens: keyof typeof TROUBLES; onAgain: () => void }) {
  const [title, text] = TROUBLES[lens]
  return (
    <div class="cam-trouble" role="alert">
      <Icon name="camera" />
      <b>{say(title)}</b>
      <p>{say(text)}</p>
      {lens !== 'insecure' && (
        <button type="button" class="btn btn-line" onClick={onAgain}>
          {say('tryAgain')}
        </button>
      )}
    </div>
  )
}

function ZoomBar({ zoom }: { zoom: Zoom }) {
  const [now, setNow] = useState(zoom.now)
  const by = (now / zoom.min).toFixed(1)
  return (
    <label class="cam-zoom">
      <span>{say('zoom')}</span>
      <input
        type="range"
        min={zoom.min}
        max={zoom.max}
        step={zoom.step}
        value={now}
        aria-valuetext={say('zoomBy', { by })}
        onInput={(e) => {
          const to = e.currentTarget.valueAsNumber
          setNow(to)
          zoom.set(to).catch(() => undefined)
        }}
      />
      <output class="n">{say('zoomBy', { by })}</output>
    </label>
  )
}

interface Props {
  video: Ref<HTMLVideoElement>
  lens: Lens
  onAgain: () => void
  /** What lies over the picture. */
  children: ComponentChildren
}

/** What the camera sees, or why it sees nothing and what else there is. */
export function Finder({ video, lens, onAgain, children }: Props) {
  const trouble = isTrouble(lens) ? lens : null
  return (
    <>
      <div class="cam-view">
        <video ref={video} muted playsInline aria-label={say('finder')} hidden={trouble !== null} />
        {lens === 'opening' && (
          <p class="cam-opening" role="status">
            {say('opening')}
          </p>
        )}
        {trouble && <Trouble lens={trouble} onAgain={onAgain} />}
        {children}
      </div>
      {typeof lens === 'object' && lens.zoom && <ZoomBar zoom={lens.zoom} key={lens.stream.id} />}
    </>
  )
}
