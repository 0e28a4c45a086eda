import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import type { Choice } from '../ui/Chips.tsx'
import '../ui/Field.css'
import { Icon } from '../ui/Icon.tsx'
import { Banner } from '../ui/Notice.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import type { Form } from './form.ts'
import { isKnown, refusalText } from './refusal.ts'
import { say } from './say.ts'

interface SelectProps {
  label: string
  value: string
  choices: readonly Choice<string>[]
  onChoose: (value: string) => void
  error?: string | undefined
  /** The label is for readers of the screen alone: the choices say enough. */
  bare?: boolean
}

/** One of some words, as the platform offers them. */
export function Select({ label, value, choices, onChoose, error, bare }: SelectProps) {
  const id = useId()
  return (
    <div class={bare ? 'pick' : 'field'}>
      <label for={id} class={bare ? 'vh' : undefined}>
        {label}
      </label>
      <div class={error ? 'input input--bad' : 'input'}>
        <select
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-h` : undefined}
          onChange={(e) => onChoose(e.currentTarget.value)}
        >
          {choices.map(({ value: one, word }) => (
            <option value={one} selected={one === value} key={one}>
              {word}
            </option>
          ))}
        </select>
        <Icon name="down" />
      </div>
      {error && <Wrong id={`${id}-h`}>{error}</Wrong>}
    </div>
  )
}

/** What is not right, at the thing itself. */
export function Wrong({ id, children }: { id?: string; children: ComponentChildren }) {
  return (
    <p class="hint c-fail" id={id} role="alert">
      <Icon name="st-refused" /> {children}
    </p>
  )
}

/** The server did not answer, or refused: what it says, and a way to try again. */
export function Problem({ code, onAgain }: { code: string; onAgain?: () => void }) {
  const offline = !isKnown(code)
  return (
    <div role="alert">
      <Banner
        tone="warn"
        icon={offline ? 'offline' : 'st-refused'}
        title={offline ? say('noServer') : refusalText(code)}
      >
        {offline && say('noServerText')}{' '}
        {onAgain && (
          <button type="button" class="btn btn-text" onClick={onAgain}>
            {t('tryAgain')}
          </button>
        )}
      </Banner>
    </div>
  )
}

interface AskProps {
  /** The question. */
  title: string
  /** What it means, said before it is done. */
  children: ComponentChildren
  send: string
  danger?: boolean
  onSend: () => void
  onClose: () => void
}

/** Says what an act means and asks whether it is meant. */
export function Ask({ title, children, send, danger, onSend, onClose }: AskProps) {
  return (
    <Sheet title={title} onClose={onClose}>
      <div class="means">{children}</div>
      <div class="sheet-a">
        <button type="button" class="btn btn-line btn-l" onClick={onClose}>
          {t('cancel')}
        </button>
        <button
          type="button"
          class={`btn btn-l ${danger ? 'btn-fail' : 'btn-go'}`}
          onClick={() => {
            onClose()
            onSend()
          }}
        >
          {send}
        </button>
      </div>
    </Sheet>
  )
}

/** What is wrong with the form as a whole, and its one button. */
export function Save<T>({ form, word }: { form: Form<T>; word: string }) {
  return (
    <div class="save">
      {form.wrong.form && <Wrong>{form.wrong.form}</Wrong>}
      <button type="submit" class="btn btn-go btn-l btn-full" aria-disabled={form.busy}>
        {form.busy ? say('saving') : word}
      </button>
    </div>
  )
}
