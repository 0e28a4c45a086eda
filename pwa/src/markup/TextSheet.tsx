import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Field } from '../ui/Field.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import { LONGEST_TEXT } from './geometry.ts'
import { say } from './say.ts'

interface Props {
  text: string
  onDone: (text: string) => void
  onClose: () => void
}

/** Asks for the words of a mark. */
export function TextSheet({ text, onDone, onClose }: Props) {
  const [words, setWords] = useState(text)
  const [missing, setMissing] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  // whoever tapped to write has read the question
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  function done(event: Event) {
    event.preventDefault()
    const wanted = words.trim()
    if (!wanted) return setMissing(true)
    onDone(wanted)
    onClose()
  }
  return (
    <Sheet title={say('textTitle')} onClose={onClose}>
      <form class="mk-text" ref={form} onSubmit={done}>
        <Field
          label={say('textLabel', { n: LONGEST_TEXT })}
          value={words}
          error={missing && !words.trim() ? say('textEmpty') : undefined}
          onInput={setWords}
          input={{ maxLength: LONGEST_TEXT, enterKeyHint: 'done', autoComplete: 'off' }}
        />
        <div class="sheet-a">
          <button type="button" class="btn btn-line btn-l" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" class="btn btn-go btn-l">
            {say('textDone')}
          </button>
        </div>
      </form>
    </Sheet>
  )
}
