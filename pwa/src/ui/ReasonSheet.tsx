import { useState } from 'preact/hooks'
import { t } from '../texts/index.ts'
import './Button.css'
import { Chips } from './Chips.tsx'
import { Field } from './Field.tsx'
import { Sheet } from './Sheet.tsx'

interface Props {
  title: string
  text?: string
  /** Ready reasons; one's own words are always possible. */
  reasons: readonly string[]
  send: string
  danger?: boolean
  /** Why it could not be sent, or nothing yet: the sheet then stands until its owner closes it. Left out, a tap ends it. */
  wrong?: string
  onSend: (reason: string) => void
  onClose: () => void
}

const OWN = ' own'

/** Asks why, by a tap on a ready reason or in one's own words. */
export function ReasonSheet({ title, text, reasons, send, danger, wrong, onSend, onClose }: Props) {
  const [chosen, choose] = useState<string | null>(reasons.length ? null : OWN)
  const [words, setWords] = useState('')
  const [missing, setMissing] = useState(false)
  const reason = chosen === OWN ? words.trim() : (chosen ?? '')
  const choices = [...reasons.map((word) => ({ value: word, word })), { value: OWN, word: t('otherReason') }]

  function decide() {
    if (!reason) return setMissing(true)
    onSend(reason)
    if (wrong === undefined) onClose()
  }

  return (
    <Sheet title={title} onClose={onClose}>
      {text && <p class="small dim">{text}</p>}
      {reasons.length > 0 && <Chips label={title} choices={choices} chosen={chosen} onChoose={choose} />}
      {(chosen === OWN || missing) && (
        <Field
          label={t('whatReason')}
          value={words}
          error={missing && !reason ? t('needsReason') : undefined}
          onInput={(value) => {
            choose(OWN)
            setWords(value)
          }}
          input={{ maxLength: 500 }}
        />
      )}
      {wrong !== undefined && <div role="alert">{wrong && <p class="hint c-fail">{wrong}</p>}</div>}
      <div class="sheet-a">
        <button type="button" class="btn btn-line btn-l" onClick={onClose}>
          {t('cancel')}
        </button>
        <button type="button" class={`btn btn-l ${danger ? 'btn-fail' : 'btn-go'}`} onClick={decide}>
          {send}
        </button>
      </div>
    </Sheet>
  )
}
