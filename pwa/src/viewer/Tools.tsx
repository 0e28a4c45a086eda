import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from '../ui/Icon.tsx'

/** Two pictures under one line. */
export const CompareIcon = () => (
  <svg class="i" aria-hidden="true" viewBox="0 0 24 24">
    <rect x="3.5" y="5" width="17" height="14" rx="2" />
    <path d="M12 3v18M9 10l-2.2 2L9 14M15 10l2.2 2-2.2 2" />
  </svg>
)

interface ToolProps {
  icon: IconName | 'compare'
  word: string
  /** Whether it is on, for what is switched. */
  on?: boolean
  onTap: () => void
}

/** A tool under a photo: a picture and a word. */
export const Tool = ({ icon, word, on, onTap }: ToolProps) => (
  <button type="button" class="vw-tool" aria-pressed={on} onClick={onTap}>
    {icon === 'compare' ? <CompareIcon /> : <Icon name={icon} />}
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
