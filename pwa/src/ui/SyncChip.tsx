import { Icon } from './Icon.tsx'
import type { Whereabouts } from './StateWord.tsx'
import './SyncChip.css'

interface Props {
  state: Whereabouts
  word: string
  /** The whole sense in a sentence. */
  label: string
  href: string
}

export function SyncChip({ state, word, label, href }: Props) {
  return (
    <a class={`sync st-${state}`} href={href} aria-label={label}>
      <Icon name={`st-${state}`} />
      <span class="n">{word}</span>
    </a>
  )
}
