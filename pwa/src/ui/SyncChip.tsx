import { Icon } from './Icon.tsx'
import type { Whereabouts } from './StateWord.tsx'
import './SyncChip.css'

interface Props {
  state: Whereabouts
  word: string
  /** What the word leaves out, for readers of the screen. */
  more: string
  href: string
}

/** Room for the chip, as wide as the word it most often says. */
export function SyncChipRoom({ word }: { word: string }) {
  return (
    <span class="sync sync--room" aria-hidden="true">
      <Icon name="st-full" />
      <span class="n">{word}</span>
    </span>
  )
}

export function SyncChip({ state, word, more, href }: Props) {
  return (
    <a class={`sync st-${state}`} href={href}>
      <Icon name={`st-${state}`} />
      <span class="n">{word}</span>
      <span class="vh">{more}</span>
    </a>
  )
}
