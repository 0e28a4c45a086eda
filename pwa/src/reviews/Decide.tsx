import { t } from '../texts/index.ts'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { say } from './say.ts'

interface WordsProps {
  words: string
  missing: boolean
  /** The reason this item is already being returned for. */
  given: string | undefined
  item: string
  checks: number
  onWords: (words: string) => void
}

/** What the inspector will read. */
export function Words({ words, missing, given, item, checks, onWords }: WordsProps) {
  const ready = [say('whyBlurred'), say('whyNoOverview'), say('whyNotClause'), say('whyCount')]
  return (
    <div class="words">
      <Field
        label={say('toInspector')}
        value={given ?? words}
        onInput={onWords}
        error={missing && !words.trim() ? t('needsReason') : undefined}
        hint={say('returnsWhole', { item, n: checks })}
        input={{ placeholder: say('returnNeedsWhy'), maxLength: 500, readOnly: given !== undefined }}
      />
      {given === undefined && (
        <div class="chips reasons">
          {ready.map((reason) => (
            <button
              type="button"
              class="chip chip--s"
              aria-pressed={words === reason}
              onClick={() => onWords(words === reason ? '' : reason)}
              key={reason}
            >
              {reason}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}

interface DecideProps {
  returning: boolean
  onAccept: () => void
  onReturn: () => void
  onCorrect: () => void
}

export function Decide({ returning, onAccept, onReturn, onCorrect }: DecideProps) {
  return (
    <div class="decide">
      <button type="button" class="btn btn-go" aria-keyshortcuts="A" onClick={onAccept}>
        <Icon name="check" />
        {say('accept')}
        <kbd>A</kbd>
      </button>
      <button type="button" class="btn btn-line" aria-keyshortcuts="R" aria-pressed={returning} onClick={onReturn}>
        <Icon name="return" />
        {returning ? say('dontReturn') : t('returnIt')}
        <kbd>R</kbd>
      </button>
      <button type="button" class="btn btn-line" aria-keyshortcuts="E" onClick={onCorrect}>
        <Icon name="scale" />
        {say('correct')}
        <kbd>E</kbd>
      </button>
    </div>
  )
}
