import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../texts/index.ts'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { writeNote } from './acts.ts'

const PAUSE = 700

interface Props {
  inspection: string
  item: string
  mine: string
  /** What others wrote, with their names. */
  others: readonly { who: string; text: string }[]
  editable: boolean
}

/** Keeps what is typed after a pause, when the field is left, and when the page goes away. */
function useKept(inspection: string, item: string, kept: string) {
  const [text, setText] = useState(kept)
  const typed = useRef<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>()
  function save() {
    clearTimeout(timer.current)
    const words = typed.current
    typed.current = null
    if (words !== null) void writeNote(inspection, item, words.trim() || null)
  }
  useEffect(() => {
    if (typed.current === null) setText(kept)
  }, [kept])
  useEffect(() => {
    const onHide = () => save()
    addEventListener('pagehide', onHide)
    document.addEventListener('visibilitychange', onHide)
    return () => {
      removeEventListener('pagehide', onHide)
      document.removeEventListener('visibilitychange', onHide)
      save()
    }
  }, [inspection, item])
  function write(words: string) {
    setText(words)
    typed.current = words
    clearTimeout(timer.current)
    timer.current = setTimeout(save, PAUSE)
  }
  return { text, write, save }
}

/** Notes on an item: one's own, and what colleagues wrote. */
export function NoteCard({ inspection, item, mine, others, editable }: Props) {
  const { text, write, save } = useKept(inspection, item, mine)
  const said = editable || !mine ? others : [{ who: '', text: mine }, ...others]
  if (!editable && said.length === 0) return null
  return (
    <section class="notes" onFocusOut={save}>
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
