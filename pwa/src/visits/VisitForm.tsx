import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { askPosition, here, positionNow } from '../branches/here.ts'
import type { Row } from '../core/rows.ts'
import { sinceWords } from '../customers/CustomerPick.tsx'
import { type CustomerView, getCustomer } from '../customers/queries.ts'
import { useLive } from '../database/live.ts'
import { setMarkup } from '../markup/acts.ts'
import { addPhotoTo, retractPhoto } from '../photos/acts.ts'
import { type Add, placed } from '../photos/adding.ts'
import { Shots } from '../photos/Shots.tsx'
import { day } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Segment } from '../ui/Chips.tsx'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useKept } from '../ui/kept.ts'
import { Banner, Skeleton } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { type Heard, handCard, hear, placeVisit, takeCardBack } from './acts.ts'
import { lastWord, type Month, thisMonth, type VisitView } from './queries.ts'
import { dayOf } from './quota.ts'
import { say } from './say.ts'
import './visits.css'
import { PLEASED, pleasedWord, RESULTS, resultWord, TOPICS, type Topic, timeOf, topicWord } from './words.ts'

/** A complaint is answered within three days. */
const ANSWER_DAYS = 3
const DAY = 86_400_000

type Words = 'needs' | 'complaint' | 'market_info' | 'route' | 'remark'

interface LineProps {
  view: VisitView
  field: Words
  label: string
  hint?: string
  rows?: number
}

function Line({ view, field, label, hint, rows }: LineProps) {
  const { id } = view.visit
  const { text, write, save } = useKept(view.visit[field] ?? '', (words) => hear(id, { [field]: words }), [id, field])
  return (
    <div data-kept onFocusOut={save}>
      <Field
        label={label}
        value={text}
        onInput={write}
        {...(rows && { rows })}
        input={{ placeholder: hint ?? '', maxLength: 200 }}
      />
    </div>
  )
}

/** What is known beside the visit itself. */
interface Around {
  month: Month
  customer: CustomerView | undefined
  /** The last visit here on which something was complained of. */
  said: Row<'visit'> | undefined
}

async function aroundOf({ id, customer }: Row<'visit'>): Promise<Around> {
  const [month, known, said] = await Promise.all([
    thisMonth(Date.now()),
    customer ? getCustomer(customer) : undefined,
    customer ? lastWord(customer, id) : undefined,
  ])
  return { month, customer: known, said }
}

function Customer({ view, around }: { view: VisitView; around: Around }) {
  const { visit } = view
  const { customer, said } = around
  if (visit.kind === 'ride_along') return <Line view={view} field="route" label={say('route')} />
  return (
    <>
      <div class="card cust">
        <span class="row-ic">
          <Icon name="customer" />
        </span>
        <span class="grow">
          <span class="row-t">{visit.customer ? customer?.customer.name : say('withoutCustomer')}</span>
          <br />
          <span class="row-s n">{customer && sinceWords(customer.last, Date.now())}</span>
        </span>
        <a class="btn btn-text" href={`#/visits/${visit.id}/customer`}>
          {say('swap')}
        </a>
      </div>
      {said?.complaint && (
        <Banner tone="warn" icon="chat" title={say('lastComplaint', { what: said.complaint })}>
          {say('lastComplaintAsk', { day: day(said.started_at) })}
        </Banner>
      )}
    </>
  )
}

function Pleased({ visit, month }: { visit: VisitView['visit']; month: Month }) {
  const average = month.satisfaction
  return (
    <div>
      <p class="legend">
        {say('satisfied')}{' '}
        {average !== null && <span class="faint n">{say('monthAverage', { points: average.toFixed(1) })}</span>}
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid */}
      <div class="seg seg--5" role="group" aria-label={say('satisfied')}>
        {PLEASED.map((points) => (
          <button
            type="button"
            aria-pressed={visit.satisfaction === points}
            aria-label={say('pleasedPoints', { word: pleasedWord(points), points })}
            onClick={() => void hear(visit.id, { satisfaction: visit.satisfaction === points ? null : points })}
            key={points}
          >
            {pleasedWord(points)}
            <small class="n">{points}</small>
          </button>
        ))}
      </div>
    </div>
  )
}

function Topics({ visit }: { visit: VisitView['visit'] }) {
  const chosen = new Set<Topic>(visit.topics ?? [])
  const toggle = (topic: Topic) => {
    const next = TOPICS.filter((one) => (one === topic ? !chosen.has(one) : chosen.has(one)))
    void hear(visit.id, { topics: next })
  }
  return (
    <div>
      <p class="legend">
        {say('heardWhat')} <span class="faint">{say('noneChosen')}</span>
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot lie in a flex row */}
      <div class="chips" role="group" aria-label={say('heardWhat')}>
        {TOPICS.map((topic) => (
          <button type="button" class="chip" aria-pressed={chosen.has(topic)} onClick={() => toggle(topic)} key={topic}>
            {chosen.has(topic) && <Icon name="check" />}
            {topicWord(topic)}
          </button>
        ))}
      </div>
    </div>
  )
}

interface SwitchProps {
  title: string
  line: string
  on: boolean
  onTurn: () => void
}

function Switch({ title, line, on, onTurn }: SwitchProps) {
  return (
    <li class="row row--sw">
      <span class="grow">
        <span class="row-t">{title}</span>
        <br />
        <span class="row-s n">{line}</span>
      </span>
      <button type="button" class="switch-hit" role="switch" aria-checked={on} aria-label={title} onClick={onTurn}>
        <span class="switch" />
      </button>
    </li>
  )
}

function Promises({ view, month }: { view: VisitView; month: Month }) {
  const { visit, card } = view
  const until = visit.follow_up_on
  const usual = dayOf(Date.now() + ANSWER_DAYS * DAY)
  const n = month.done.cards + 1
  const turn = useOnce(() => (card ? takeCardBack(visit.id, card.id, say('cardReason')) : handCard(visit)))
  return (
    <>
      <ul class="card rows">
        <Switch
          title={say('answerDue')}
          line={until ? say('answerBy', { day: day(timeOf(until)) }) : say('answerDays')}
          on={until !== null}
          onTurn={() => void hear(visit.id, { follow_up_on: until === null ? usual : null })}
        />
        {visit.kind !== 'card' && (
          <Switch
            title={say('cardGiven')}
            line={say('cardCount', { n, of: month.target.cards })}
            on={card !== undefined}
            onTurn={() => turn()}
          />
        )}
      </ul>
      {until !== null && (
        <Field
          label={say('answerDay')}
          value={until}
          onInput={(value) => value && void hear(visit.id, { follow_up_on: value })}
          input={{ type: 'date', min: dayOf(Date.now()) }}
        />
      )}
    </>
  )
}

interface FormProps {
  view: VisitView
  missing: boolean
  /** What comes below, once the rest is there: nothing jumps. */
  children: ComponentChildren
}

/** What is written on a visit. Every tap is on disk before it is drawn: the page may be killed at any moment. */
export function VisitForm({ view, missing, children }: FormProps) {
  const { visit } = view
  const around = useLive(() => aroundOf(visit), [visit.id, visit.customer])
  const filled = Boolean(visit.market_info || visit.remark)
  const [more, open] = useState(filled)
  useEffect(() => {
    if (!visit.position && !visit.corrects) askPosition()
  }, [])
  useEffect(() => {
    const position = positionNow()
    if (position && !visit.position && !visit.corrects) void placeVisit(visit.id, position)
  }, [here.value, visit.position])
  const set = (heard: Heard) => void hear(visit.id, heard)
  const add: Add = (picture, how) => addPhotoTo({ type: 'visit', id: visit.id }, visit.id, picture, placed(how))
  if (!around) return <Skeleton label={t('firstDownload')} />
  const { month } = around
  const results = RESULTS.map((value) => ({ value, word: resultWord(value) }))
  return (
    <div class="form">
      {visit.corrects && (
        <p class="small dim">
          {say('correctsOther')}{' '}
          <a class="lnk" href={`#/visits/${visit.corrects}`}>
            {say('seeOriginal')}
          </a>
        </p>
      )}
      <Customer view={view} around={around} />
      <div>
        <p class="legend">{say('result')}</p>
        <Segment label={say('result')} choices={results} chosen={visit.result} onChoose={(result) => set({ result })} />
        <div role="alert">{missing && !visit.result && <p class="hint c-fail">{say('resultFirst')}</p>}</div>
      </div>
      <Pleased visit={visit} month={month} />
      <Topics visit={visit} />
      <Line view={view} field="needs" label={say('needs')} hint={say('needsHint')} rows={2} />
      <Line view={view} field="complaint" label={say('complaint')} hint={say('complaintHint')} rows={2} />
      <Promises view={view} month={month} />
      <div>
        <p class="legend">
          {say('photos')} <span class="faint">{say('photosPrivacy')}</span>
        </p>
        <Shots
          photos={view.photos}
          what={say('photoWhat')}
          onAdd={add}
          onRetract={(photo) => retractPhoto({ id: visit.id, seen: view.seen }, photo)}
          onMark={({ photo }, marks) => setMarkup({ id: visit.id }, photo.id, marks)}
        />
      </div>
      {!more && (
        <button type="button" class="btn btn-line btn-full" aria-expanded={false} onClick={() => open(true)}>
          {say('more')}
        </button>
      )}
      {more && (
        <>
          <Line view={view} field="market_info" label={say('marketInfo')} rows={2} />
          {visit.kind !== 'ride_along' && <Line view={view} field="route" label={say('route')} />}
          <Line view={view} field="remark" label={say('remark')} rows={2} />
        </>
      )}
      {children}
    </div>
  )
}
