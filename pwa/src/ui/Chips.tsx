import { Icon } from './Icon.tsx'
import './Chips.css'

export interface Choice<T extends string> {
  value: T
  word: string
}

interface Props<T extends string> {
  label: string
  choices: readonly Choice<T>[]
  chosen: T | null
  onChoose: (value: T) => void
  small?: boolean
}

/** One of a few words. */
export function Chips<T extends string>({ label, choices, chosen, onChoose, small }: Props<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot lie in a flex row
    <div class="chips" role="group" aria-label={label}>
      {choices.map(({ value, word }) => (
        <button
          type="button"
          class={small ? 'chip chip--s' : 'chip'}
          aria-pressed={value === chosen}
          onClick={() => onChoose(value)}
          key={value}
        >
          {value === chosen && <Icon name="check" />}
          {word}
        </button>
      ))}
    </div>
  )
}

/** Up to five words in one bar. */
export function Segment<T extends string>({ label, choices, chosen, onChoose }: Props<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot lie in a flex row
    <div class="seg" role="group" aria-label={label}>
      {choices.map(({ value, word }) => (
        <button type="button" aria-pressed={value === chosen} onClick={() => onChoose(value)} key={value}>
          {word}
        </button>
      ))}
    </div>
  )
}
