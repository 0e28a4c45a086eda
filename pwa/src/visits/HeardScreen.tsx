import { useState } from 'preact/hooks'
import { Thread } from '../comments/Thread.tsx'
import { useLive } from '../database/live.ts'
import { listPeople } from '../people/queries.ts'
import { Screen } from '../shell/Screen.tsx'
import { wide } from '../shell/wide.ts'
import { firstFill } from '../sync/firstFill.ts'
import { moment, recent, span } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Segment } from '../ui/Chips.tsx'
import { Empty, Skeleton, ToastPlace } from '../ui/Notice.tsx'
import { DistantVisit, NotRead } from './DistantVisit.tsx'
import { useDistant } from './distant.ts'
import { FateActs, HeardFate, useHeard } from './Fate.tsx'
import { type Heard, lastAt, listHeard } from './heard.ts'
import { getVisit } from './queries.ts'
import { say } from './say.ts'
import { VisitFacts } from './VisitFacts.tsx'
import { VisitScreen } from './VisitScreen.tsx'
import './visits.css'
import { kindWord, standingWord } from './words.ts'

type Which = 'open' | 'dealt'

const HOUR = 3_600_000
/** The sheet's own term: what a customer says is answered within three days. */
const LATE = 72 * HOUR
const SOON = 48 * HOUR
const STEP = 40

function Age({ heard }: { heard: Heard }) {
  const age = Date.now() - heard.visit.started_at
  const tone = age > LATE ? 'late' : age > SOON ? 'soon' : 'ok'
  return <span class={`due due-${tone} n`}>{say('heardAge', { span: span(age) })}</span>
}

function Row({ heard, who, on }: { heard: Heard; who: string; on: boolean }) {
  const { visit, branch, words, standing } = heard
  const isUnderWay = standing === 'ordered' || standing === 'checked'
  return (
    <li>
      <a class={on ? 'hd-r on' : 'hd-r'} href={`#/heard/${visit.id}`} aria-current={on ? 'true' : undefined}>
        <span class="hd-h">
          <b>{branch?.name}</b>
          {standing === 'dealt' ? (
            <span class="small dim n">{recent(lastAt(heard), Date.now())}</span>
          ) : (
            <Age heard={heard} />
          )}
        </span>
        <span class="hd-w">{words}</span>
        <span class="hd-f n">
          {isUnderWay && <span class="tag">{standingWord(standing)}</span>}{' '}
          {[who, heard.customer].filter(Boolean).join(' · ')}
        </span>
      </a>
    </li>
  )
}

/** What waits, the oldest first; or what was answered. */
function List({ chosen }: { chosen: string | undefined }) {
  const [which, choose] = useState<Which>('open')
  const [shown, show] = useState(STEP)
  const all = useLive(() => listHeard(which), [which])
  const people = useLive(listPeople, [])
  const filling = firstFill()
  const choices = [
    { value: 'open' as const, word: say('heardOpen') },
    { value: 'dealt' as const, word: say('heardDone') },
  ]
  return (
    <>
      <Segment label={say('heardFilter')} choices={choices} chosen={which} onChoose={choose} />
      {!all || (filling && all.length === 0) ? (
        <Skeleton label={filling ?? t('firstDownload')} />
      ) : all.length === 0 ? (
        <div class="gap">
          <Empty icon="chat" title={which === 'open' ? say('heardNothing') : say('heardNoneDone')}>
            {which === 'open' && <p class="small dim">{say('heardNothingText')}</p>}
          </Empty>
        </div>
      ) : (
        <ul class="card rows gap">
          {all.slice(0, shown).map((heard) => (
            <Row
              heard={heard}
              who={people?.get(heard.visit.person ?? '')?.name ?? ''}
              on={heard.visit.id === chosen}
              key={heard.visit.id}
            />
          ))}
        </ul>
      )}
      {all && all.length > shown && (
        <button type="button" class="btn btn-line btn-full gap" onClick={() => show(shown + STEP)}>
          {say('more')}
        </button>
      )}
    </>
  )
}

/** One beside the list: what was said, what became of it, and what can be done. */
function Opened({ id }: { id: string }) {
  const view = useLive(async () => (await getVisit(id)) ?? null, [id])
  const told = useHeard(id)
  const distant = useDistant(id, view === null && !firstFill())
  if (view === null && typeof distant === 'object') {
    const { visit } = distant.view
    return (
      <div class="hd-in">
        <h2>{distant.branch || say('visits')}</h2>
        <p class="small dim n">
          {kindWord(visit.kind)} · {moment(visit.started_at, Date.now())}
        </p>
        <DistantVisit {...distant} />
      </div>
    )
  }
  if (view === null && distant !== undefined && distant !== 'offline')
    return <Empty icon="search" title={say('heardGone')} />
  if (!view || !told) return <NotRead offline={distant === 'offline'} />
  return (
    <div class="hd-in">
      <h2>{told.heard?.branch?.name ?? say('visits')}</h2>
      <p class="small dim n">
        {kindWord(view.visit.kind)} · {moment(view.visit.started_at, Date.now())}
      </p>
      <VisitFacts view={view} />
      <HeardFate told={told} />
      {told.heard && <FateActs heard={told.heard} />}
      <Thread of={{ type: 'visit', id }} root={id} />
    </div>
  )
}

/** What customers said on visits to the branches one supervises. */
export function HeardScreen({ id }: { id?: string }) {
  if (!wide.value) {
    if (id) return <VisitScreen id={id} key={id} />
    return (
      <Screen title={say('heard')} at="/heard">
        <List chosen={undefined} />
      </Screen>
    )
  }
  return (
    <main class="hd" tabIndex={-1}>
      <aside class="hd-l" aria-label={say('heard')}>
        <h1 tabIndex={-1}>{say('heard')}</h1>
        <List chosen={id} />
      </aside>
      <section class="hd-m">
        {id ? <Opened id={id} key={id} /> : <p class="dim hd-none">{say('heardPick')}</p>}
        <ToastPlace />
      </section>
    </main>
  )
}
