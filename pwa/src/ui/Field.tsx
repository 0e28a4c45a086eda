import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'
import './Field.css'
import { Icon } from './Icon.tsx'

interface Props {
  label: string
  /** Beside the label: 必填, 写进记录. */
  aside?: string
  hint?: string
  error?: string | undefined
  value: string
  onInput: (value: string) => void
  rows?: number
  /** A button inside, at the end. */
  children?: ComponentChildren
  input?: JSX.InputHTMLAttributes<HTMLInputElement>
}

export function Field({ label, aside, hint, error, value, onInput, rows, children, input }: Props) {
  const id = useId()
  const described = error || hint ? `${id}-h` : undefined
  const common = {
    id,
    value,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': described,
  } as const
  return (
    <div class="field">
      <label for={id}>
        {label} {aside && <span class="faint">{aside}</span>}
      </label>
      <div class={`input${children ? ' input--end' : ''}${error ? ' input--bad' : ''}`}>
        {rows ? (
          <textarea
            {...common}
            rows={rows}
            maxLength={2000}
            placeholder={input?.placeholder}
            readOnly={input?.readOnly}
            onInput={(e) => onInput(e.currentTarget.value)}
          />
        ) : (
          <input {...input} {...common} onInput={(e) => onInput(e.currentTarget.value)} />
        )}
        {children}
      </div>
      {error ? (
        <p class="hint c-fail" id={`${id}-h`} role="alert">
          <Icon name="st-refused" /> {error}
        </p>
      ) : (
        hint && (
          <p class="hint" id={`${id}-h`}>
            {hint}
          </p>
        )
      )}
    </div>
  )
}
