import { useEffect, useState } from 'preact/hooks'
import { useLive } from '../database/live.ts'
import { listStandards } from '../standards/queries.ts'
import { standardTitle } from '../standards/titles.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Chips } from '../ui/Chips.tsx'
import { Field } from '../ui/Field.tsx'
import { Skeleton, toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { Sheet } from '../ui/Sheet.tsx'
import type { Heard } from './heard.ts'
import { answerVisitor, type Inspector, inspectorsFor, orderCheck } from './heardActs.ts'
import { dayOf } from './quota.ts'
import { say } from './say.ts'
import { timeOf, topicWord } from './words.ts'

const DAY = 86_400_000
/** So many days an inspector has, unless somebody says otherwise. */
const DAYS = 3

interface Props {
  heard: Heard
  onClose: () => void
}

function Foot({
  send,
  wrong,
  onSend,
  onClose,
}: {
  send: string
  wrong: string
  onSend: () => void
  onClose: () => void
}) {
  return (
    <>
      <div role="alert">{wrong && <p class="hint c-fail">{wrong}</p>}</div>
      <div class="sheet-a">
        <button type="button" class="btn btn-line btn-l" onClick={onClose}>
          {t('cancel')}
        </button>
        <button type="button" class="btn btn-go btn-l" onClick={onSend}>
          {send}
        </button>
      </div>
    </>
  )
}

/** What was done about it, for the visitor to read. */
export function AnswerSheet({ heard, onClose }: Props) {
  const [words, setWords] = useState('')
  const [wrong, setWrong] = useState('')
  const ready = [say('answerMended'), say('answerAgreed'), say('answerUnfounded')]
  const text = words.trim()
  const send = useOnce(async () => {
    if (!text) return setWrong(say('answerFirst'))
    const why = await answerVisitor(heard.visit.id, text)
    if (why !== null) return setWrong(why)
    toast(say('answered'))
    onClose()
  })
  return (
    <Sheet title={say('answerTitle')} onClose={onClose}>
      <p class="small dim">{say('answerText')}</p>
      <Chips
        label={say('answerTitle')}
        choices={ready.map((word) => ({ value: word, word }))}
        chosen={text}
        onChoose={setWords}
      />
      <Field label={say('answerWords')} rows={2} value={words} onInput={setWords} />
      <Foot send={say('answerSend')} wrong={wrong} onSend={send} onClose={onClose} />
    </Sheet>
  )
}

function Who({
  people,
  chosen,
  onChoose,
}: {
  people: readonly Inspector[]
  chosen: string
  onChoose: (id: string) => void
}) {
  if (people.length === 0) return <p class="small dim">{say('orderNobody')}</p>
  return (
    <Chips
      label={say('orderWho')}
      choices={people.map(({ id, name }) => ({ value: id, word: name }))}
      chosen={chosen}
      onChoose={onChoose}
    />
  )
}

/** The people to be asked; they come from the server. */
function usePeople(visit: string) {
  const [people, setPeople] = useState<Inspector[] | null>(null)
  const [wrong, setWrong] = useState('')
  useEffect(() => {
    let over = false
    void inspectorsFor(visit).then((got) => {
      if (over) return
      if ('people' in got) setPeople(got.people)
      else setWrong(got.wrong)
    })
    return () => {
      over = true
    }
  }, [visit])
  return { people, wrong, setWrong }
}

function reasonFor({ visit }: Heard): string {
  const topics = (visit.topics ?? []).map(topicWord).join(t('listComma'))
  return topics ? say('orderTextTopics', { topics }) : say('orderText')
}

/** A check of the branch: who goes, by which standard, until when, and what to look at. */
export function CheckSheet({ heard, onClose }: Props) {
  const { visit, branch } = heard
  const standards = useLive(listStandards, [])
  const { people, wrong, setWrong } = usePeople(visit.id)
  const [chosen, choose] = useState('')
  const [wanted, want] = useState('')
  const [until, setUntil] = useState(dayOf(Date.now() + DAYS * DAY))
  const [words, setWords] = useState(() => reasonFor(heard))
  const who = people?.length === 1 ? (people[0]?.id ?? '') : chosen
  const standard = wanted || (standards?.[0]?.id ?? '')
  const send = useOnce(async () => {
    const text = words.trim()
    if (!who || !standard) return setWrong(say('orderWhoFirst'))
    if (!text) return setWrong(say('orderWhyFirst'))
    const due_at = timeOf(until) + DAY - 1
    const why = await orderCheck(visit.id, { standard, assignees: [who], due_at, text })
    if (why !== null) return setWrong(why)
    toast(say('ordered'))
    onClose()
  })
  return (
    <Sheet title={say('orderTitle', { branch: branch?.name ?? '' })} onClose={onClose}>
      <p class="legend gap">{say('orderWho')}</p>
      {people ? <Who people={people} chosen={who} onChoose={choose} /> : !wrong && <Skeleton label={say('orderWho')} />}
      {standards && standards.length > 1 && (
        <>
          <p class="legend">{say('orderStandard')}</p>
          <Chips
            label={say('orderStandard')}
            choices={standards.map((one) => ({ value: one.id, word: standardTitle(one) }))}
            chosen={standard}
            onChoose={want}
          />
        </>
      )}
      <div class="form">
        <Field
          label={say('orderUntil')}
          value={until}
          onInput={(value) => value && setUntil(value)}
          input={{ type: 'date', min: dayOf(Date.now()) }}
        />
        <Field label={say('orderWhy')} hint={say('orderWhyHint')} rows={2} value={words} onInput={setWords} />
      </div>
      <Foot send={say('orderSend')} wrong={wrong} onSend={send} onClose={onClose} />
    </Sheet>
  )
}
