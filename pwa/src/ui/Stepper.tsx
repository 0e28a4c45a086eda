import { t } from '../texts/index.ts'
import { Icon } from './Icon.tsx'
import './Stepper.css'

interface Props {
  value: number
  label: string
  onChange: (value: number) => void
  disabled?: boolean
}

/** Counts from 1 up. */
export function Stepper({ value, label, onChange, disabled }: Props) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot lie in a flex row
    <div class="step" role="group" aria-label={label}>
      <button
        type="button"
        aria-label={t('oneLess')}
        disabled={disabled || value <= 1}
        onClick={() => onChange(value - 1)}
      >
        <Icon name="minus" />
      </button>
      <output class="n">{t('places', { n: value })}</output>
      <button
        type="button"
        aria-label={t('oneMore')}
        disabled={disabled || value >= 999}
        onClick={() => onChange(value + 1)}
      >
        <Icon name="plus" />
      </button>
    </div>
  )
}
