import type { ComponentChildren } from 'preact'
import { t } from '../texts/index.ts'
import { Icon, type IconName } from './Icon.tsx'
import { Pick as PickFile, type PickProps } from './Pick.tsx'
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

interface AddProps extends Omit<PickProps, 'class' | 'children'> {
  icon: IconName
  word: string
  /** What will be in the picture, for readers of the screen. */
  what: string
}

const Word = ({ icon, word, what }: Pick<AddProps, 'icon' | 'word' | 'what'>) => (
  <>
    <Icon name={icon} />
    {word}
    <span class="vh">{what}</span>
  </>
)

/** Opens the phone's camera or gallery. */
export const AddShot = ({ icon, word, what, ...pick }: AddProps) => (
  <PickFile {...pick} class="shot shot-add">
    <Word icon={icon} word={word} what={what} />
  </PickFile>
)

/** Opens the camera of the app. */
export const TakeShot = ({ onTake, ...words }: Pick<AddProps, 'icon' | 'word' | 'what'> & { onTake: () => void }) => (
  <button type="button" class="shot shot-add" onClick={onTake}>
    <Word {...words} />
  </button>
)

export function PhotoStrip({ children }: { children: ComponentChildren }) {
  return <div class="shots">{children}</div>
}
