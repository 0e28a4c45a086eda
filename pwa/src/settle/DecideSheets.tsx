import { useState } from 'preact/hooks'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Field } from '../ui/Field.tsx'
import { ReasonSheet } from '../ui/ReasonSheet.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import type { How } from './held.ts'
import { say } from './say.ts'

/**
 * The words that stay beside the record: ready, and the supervisor's to change. It stands until the server has them:
 * what was written is not lost with the network.
 */
function AddSheet({ words, wrong, onSend, onClose }: Omit<Props, 'how'>) {
  const [text, setText] = useState(words)
  const [missing, setMissing] = useState(false)
  function send() {
    if (!text.trim()) return setMissing(true)
    onSend(text.trim())
  }
  return (
    <Sheet title={say('addTitle')} onClose={onClose}>
      <p class="small dim">{say('addText')}</p>
      <div class="gap">
        <Field
          label={say('addWords')}
          rows={6}
          value={text}
          onInput={setText}
          error={missing && !text.trim() ? t('needsReason') : undefined}
        />
      </div>
      <div role="alert">{wrong && <p class="hint c-fail">{wrong}</p>}</div>
      <div class="sheet-a">
        <button type="button" class="btn btn-line btn-l" onClick={onClose}>
          {t('cancel')}
        </button>
        <button type="button" class="btn btn-go btn-l" onClick={send}>
          {say('add')}
        </button>
      </div>
    </Sheet>
  )
}

interface Props {
  how: How
  /** All that came late, as one text. */
  words: string
  /** Why it was not decided when it was tried. */
  wrong: string
  onSend: (reason: string) => void
  onClose: () => void
}

/** Why it is decided so; its author reads it. */
export function DecideSheet({ how, words, wrong, onSend, onClose }: Props) {
  if (how === 'add') return <AddSheet words={words} wrong={wrong} onSend={onSend} onClose={onClose} />
  if (how === 'dismiss') {
    const reasons = [say('dismissA'), say('dismissB'), say('dismissC')]
    const about = { title: say('dismissTitle'), text: say('dismissText'), send: say('dismiss') }
    return <ReasonSheet {...about} reasons={reasons} wrong={wrong} danger onSend={onSend} onClose={onClose} />
  }
  const about =
    how === 'take' ? { title: say('takeTitle'), send: say('take') } : { title: say('reopenTitle'), send: say('reopen') }
  return (
    <ReasonSheet
      {...about}
      text={say('takeText')}
      reasons={[say('takeA'), say('takeB')]}
      wrong={wrong}
      onSend={onSend}
      onClose={onClose}
    />
  )
}
