import { t } from '../texts/index.ts'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useKept } from '../ui/kept.ts'
import { writeNote } from './acts.ts'

interface Props {
  inspection: string
  item: string
  mine: string
  /** What others wrote, with their names. */
  others: readonly { who: string; text: string }[]
  editable: boolean
}

/** Notes on an item: one's own, and what colleagues wrote. */
export function NoteCard({ inspection, item, mine, others, editable }: Props) {
  const { text, write, save } = useKept(mine, (words) => writeNote(inspection, item, words), [inspection, item])
  const said = editable || !mine ? others : [{ who: '', text: mine }, ...others]
  if (!editable && said.length === 0) return null
  return (
    <section class="notes" data-kept onFocusOut={save}>
      {editable && (
        <Field label={t('note')} value={text} rows={2} onInput={write} input={{ placeholder: t('noteHint') }} />
      )}
      {said.map(({ who, text: words }) => (
        <p class="said" key={who}>
          <Icon name="note" />
          <span class="grow">
            {who && <b>{t('noteOf', { who })}</b>}
            {words}
          </span>
        </p>
      ))}
    </section>
  )
}
