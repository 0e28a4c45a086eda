import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { t } from '../texts/index.ts'
import { Icon, type IconName } from './Icon.tsx'
import './PhotoStrip.css'
import { stateWords, type Whereabouts } from './StateWord.tsx'

export interface Shot {
  id: string
  /** What to draw; null while only the record is here. */
  url: string | null
  state: Whereabouts
  /** What the photo shows, for readers of the screen. */
  label: string
}

export function ShotTile({ shot, onOpen }: { shot: Shot; onOpen: () => void }) {
  return (
    <button
      type="button"
      class="shot"
      aria-label={`${shot.label}${t('comma')}${t(stateWords[shot.state])}`}
      onClick={onOpen}
    >
      {shot.url ? <img src={shot.url} alt="" width="76" height="76" loading="lazy" /> : <Icon name="photo" />}
      <span class={`sq st-${shot.state}`}>
        <Icon name={`st-${shot.state}`} />
      </span>
    </button>
  )
}

interface AddProps {
  icon: IconName
  word: string
  /** What will be in the picture, for readers of the screen. */
  what: string
  /** Straight to the camera; without it the phone offers its gallery. */
  camera?: boolean
  onFile: (file: Blob) => void
}

/** Opens the phone's camera or gallery. */
export function AddShot({ icon, word, what, camera, onFile }: AddProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" class="shot shot-add" onClick={() => input.current?.click()}>
        <Icon name={icon} />
        {word}
        <span class="vh">{what}</span>
      </button>
      <input
        ref={input}
        class="vh"
        type="file"
        accept="image/*"
        {...(camera && { capture: 'environment' as const })}
        tabIndex={-1}
        aria-hidden="true"
        onChange={(e) => {
          const file = e.currentTarget.files?.[0]
          if (file) onFile(file)
          e.currentTarget.value = ''
        }}
      />
    </>
  )
}

export function PhotoStrip({ children }: { children: ComponentChildren }) {
  return <div class="shots">{children}</div>
}
