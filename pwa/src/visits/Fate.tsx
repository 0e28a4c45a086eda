import { useState } from 'preact/hooks'
import type { Row } from '../core/rows.ts'
import { useLive } from '../database/live.ts'
import { listPeople } from '../people/queries.ts'
import { day, moment, recent } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { AnswerSheet, CheckSheet } from './HeardSheets.tsx'
import { type Heard, heardOn, mayAnswer, mayOrder, type Step, type StepKind } from './heard.ts'
import { say } from './say.ts'
import './visits.css'
import { standingWord } from './words.ts'

const ICONS: Record<StepKind, IconName> = { ordered: 'std', checked: 'check', dealt: 'chat' }

type Who = (person: string | null) => string

function Line({ step, who }: { step: Step; who: Who }) {
  const { kind, comment } = step
  return (
    <li class="fate">
      <Icon name={ICONS[kind]} />
      <div class="grow">
        <p>
          <b>{standingWord(kind)}</b>{' '}
          <span class="faint small n">
            {[who(comment.author), recent(comment.at, Date.now())].filter(Boolean).join(' · ')}
          </span>
        </p>
        {/* what the server says of itself is said by the heading, in the reader's language */}
        {comment.author && <p>{comment.text}</p>}
      </div>
    </li>
  )
}

/** The check that was given out, for those who see it. */
function Task({ heard, who }: { heard: Heard; who: Who }) {
  const { task, standing } = heard
  if (!task || standing === 'dealt') return null
  if (task.status === 'declined') {
    return <p class="small c-fail">{say('heardDeclined', { why: task.reason ?? '' })}</p>
  }
  if (task.status === 'done' && task.inspection) {
    return (
      <a class="btn btn-line" href={`#/review/${task.inspection}`}>
        {say('heardResult')}
      </a>
    )
  }
  const names = task.assignees.map(who).filter(Boolean).join(t('listComma'))
  return (
    <p class="small dim n">
      {say('heardTask', { who: names || say('somebody'), when: moment(task.due_at, Date.now()) })}
    </p>
  )
}

/** What a supervisor does about it. */
export function FateActs({ heard }: { heard: Heard }) {
  const [asking, ask] = useState<'check' | 'answer' | null>(null)
  const close = () => ask(null)
  if (!mayAnswer(heard)) return null
  const orders = mayOrder(heard) && heard.standing !== 'checked'
  return (
    <>
      <div class="dock-a">
        <button type="button" class={`btn btn-l ${orders ? 'btn-line' : 'btn-go'}`} onClick={() => ask('answer')}>
          {say('answer')}
        </button>
        {mayOrder(heard) && (
          <button type="button" class={`btn btn-l ${orders ? 'btn-go' : 'btn-line'}`} onClick={() => ask('check')}>
            {say('orderCheck')}
          </button>
        )}
      </div>
      {asking === 'check' && <CheckSheet heard={heard} onClose={close} />}
      {asking === 'answer' && <AnswerSheet heard={heard} onClose={close} />}
    </>
  )
}

export interface Told {
  /** `undefined` where nothing was heard. */
  heard: Heard | undefined
  people: ReadonlyMap<string, Row<'person'>>
}

/** What a visit heard, with the people who are named; `undefined` until both are read, so that nothing jumps. */
export const useHeard = (id: string): Told | undefined =>
  useLive(async () => {
    const [heard, people] = await Promise.all([heardOn(id), listPeople()])
    return { heard, people }
  }, [id])

/** What became of what a visit heard. */
export function HeardFate({ told }: { told: Told }) {
  const { heard, people } = told
  if (!heard) return null
  const who: Who = (person) => people.get(person ?? '')?.name ?? ''
  return (
    <section aria-label={say('heardFate')}>
      <div class="sec">
        <h2>{say('heardFate')}</h2>
        <span class="more n">{heard.standing === 'dealt' && day(heard.steps.at(-1)?.comment.at ?? 0)}</span>
      </div>
      <div class="card card-pad form">
        {heard.steps.length === 0 && (
          <p class="fate">
            <Icon name="clock" />
            <span>{standingWord('waiting')}</span>
          </p>
        )}
        {heard.steps.length > 0 && (
          <ol class="fates">
            {heard.steps.map((step) => (
              <Line step={step} who={who} key={step.comment.id} />
            ))}
          </ol>
        )}
        <Task heard={heard} who={who} />
      </div>
    </section>
  )
}
