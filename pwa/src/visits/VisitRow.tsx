import type { Row } from '../core/rows.ts'
import type { Whereabouts } from '../sync/whereabouts.ts'
import { day, recent } from '../texts/format.ts'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import { StateWord } from '../ui/StateWord.tsx'
import { type Heard, lastAt } from './heard.ts'
import { dayOf } from './quota.ts'
import { say } from './say.ts'
import { kindWord, resultWord, standingWord, statusWord, timeOf } from './words.ts'

/** A visit with what a line of a list says beside it. */
export interface VisitEntry {
  visit: Row<'visit'>
  /** Name of the customer; empty where there is none, or they are not on this phone. */
  customer: string
  corrected: boolean
  state: Whereabouts
}

const isAway = (state: Whereabouts) => state !== 'server' && state !== 'full'

export function VisitRow({ entry }: { entry: VisitEntry }) {
  const { visit, customer, corrected, state } = entry
  const odd = visit.status !== 'closed' || corrected
  const words = [
    customer ? kindWord(visit.kind) : visit.route,
    visit.result && resultWord(visit.result),
    recent(visit.started_at, Date.now()),
  ]
  return (
    <li>
      <a class="row" href={`#/visits/${visit.id}`}>
        <span class="row-ic">
          <Icon name={visit.kind === 'ride_along' ? 'repeat' : 'visit'} />
        </span>
        <span class="grow">
          <span class="row-t">{customer || kindWord(visit.kind)}</span>
          <br />
          <span class="row-s n">
            {odd && <span class="tag">{statusWord(visit, corrected)}</span>} {words.filter(Boolean).join(' · ')}{' '}
            {isAway(state) && <StateWord state={state} />}
          </span>
        </span>
        <Icon name="next" />
      </a>
    </li>
  )
}

/** What was promised to a customer, and until when. */
export function DueRow({ entry }: { entry: VisitEntry }) {
  const { visit, customer } = entry
  const until = visit.follow_up_on ?? ''
  const late = until < dayOf(Date.now())
  return (
    <li>
      <a class="row" href={visit.customer ? `#/customers/${visit.customer}` : `#/visits/${visit.id}`}>
        <span class={late ? 'row-ic row-ic--fail' : 'row-ic row-ic--warn'}>
          <Icon name="clock" />
        </span>
        <span class="grow">
          <span class="row-t">{customer || kindWord(visit.kind)}</span>
          <br />
          <span class="row-s n">
            <span class={`due due-${late ? 'late' : 'soon'}`}>
              {say(late ? 'dueLate' : 'dueOn', { day: day(timeOf(until)) })}
            </span>{' '}
            {visit.complaint ?? visit.needs}
          </span>
        </span>
        <Icon name="next" />
      </a>
    </li>
  )
}

/** What was heard on a visit, and how it stands; of an answer its words. */
export function HeardRow({ heard }: { heard: Heard }) {
  const { visit, customer, standing, steps, words } = heard
  const last = steps.at(-1)
  return (
    <li>
      <a class="row" href={`#/visits/${visit.id}`}>
        <span class="row-ic">
          <Icon name="chat" />
        </span>
        <span class="grow">
          <span class="row-t">{customer || kindWord(visit.kind)}</span>
          <br />
          <span class="row-s n">
            <span class="tag">{standingWord(standing)}</span> {recent(lastAt(heard), Date.now())}
          </span>
          <span class="hd-w row-s">{last?.kind === 'dealt' ? last.comment.text : words}</span>
        </span>
        <Icon name="next" />
      </a>
    </li>
  )
}
