import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from '../ui/Icon.tsx'

interface ToolProps {
  icon: IconName
  word: string
  /** Whether it is on, for what is switched. */
  on?: boolean
  onTap: () => void
}

/** A tool under a photo: a picture and a word. */
export const Tool = ({ icon, word, on, onTap }: ToolProps) => (
  <button type="button" class="vw-tool" aria-pressed={on} onClick={onTap}>
    <Icon name={icon} />
    {word}
  </button>
)

interface RoundProps {
  icon: IconName
  label: string
  class?: string
  off?: boolean
  onTap: () => void
}

/** A round button over a photo. */
export const Round = ({ icon, label, class: place, off, onTap }: RoundProps) => (
  <button
    type="button"
    class={place ? `vw-round ${place}` : 'vw-round'}
    aria-label={label}
    aria-disabled={off}
    onClick={onTap}
  >
    <Icon name={icon} />
  </button>
)

export const ToolRow = ({ label, children }: { label: string; children: ComponentChildren }) => (
  // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a wrapping row
  <div class="vw-tools" role="group" aria-label={label}>
    {children}
  </div>
)
