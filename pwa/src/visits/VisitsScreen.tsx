import { useState } from 'preact/hooks'
import { useLive } from '../database/live.ts'
import { hasRole } from '../people/roles.ts'
import { session } from '../people/session.ts'
import { back } from '../router.ts'
import { Screen } from '../shell/Screen.tsx'
import { firstFill } from '../sync/firstFill.ts'
import { day, weekday } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Card.css'
import '../ui/Button.css'
import { Banner, Empty, Skeleton } from '../ui/Notice.tsx'
import type { Heard } from './heard.ts'
import { type VisitsDay, visitsDay } from './lists.ts'
import { MonthCard } from './MonthCard.tsx'
import { say } from './say.ts'
import { DueRow, HeardRow, type VisitEntry, VisitRow } from './VisitRow.tsx'
import './visits.css'

const RECENT = 20
/** So many of what was heard are shown at first. */
const HEARD = 5

interface GroupProps {
  title: string
  entries: readonly VisitEntry[]
  Line: typeof VisitRow
}

function Group({ title, entries, Line }: GroupProps) {
  if (entries.length === 0) return null
  return (
    <>
      <div class="sec">
        <h2>{title}</h2>
        <span class="more n">{t('things', { n: entries.length })}</span>
      </div>
      <ul class="card rows">
        {entries.map((entry) => (
          <Line entry={entry} key={entry.visit.id} />
        ))}
      </ul>
    </>
  )
}

/** What became of what this person heard and passed on. */
function HeardGroup({ of }: { of: readonly Heard[] }) {
  const [all, showAll] = useState(false)
  if (of.length === 0) return null
  const shown = all ? of : of.slice(0, HEARD)
  return (
    <>
      <div class="sec">
        <h2>{say('heardOwn')}</h2>
        <span class="more n">{t('things', { n: of.length })}</span>
      </div>
      <ul class="card rows">
        {shown.map((heard) => (
          <HeardRow heard={heard} key={heard.visit.id} />
        ))}
      </ul>
      {of.length > shown.length && (
        <button type="button" class="btn btn-line btn-full gap" onClick={() => showAll(true)}>
          {say('heardAll', { n: of.length })}
        </button>
      )}
    </>
  )
}

function Day({ of, now }: { of: VisitsDay; now: number }) {
  const { month, drafts, due, heard, recent } = of
  return (
    <>
      <MonthCard month={month} now={now} />
      <Group title={say('draftsTitle')} entries={drafts} Line={VisitRow} />
      <Group title={say('dueTitle')} entries={due} Line={DueRow} />
      <HeardGroup of={heard} />
      <Group title={say('recentTitle')} entries={recent} Line={VisitRow} />
      {drafts.length + recent.length === 0 && (
        <div class="gap">
          <Empty icon="visit" title={say('nothingVisited')}>
            <p class="small dim">{say('nothingVisitedText')}</p>
          </Empty>
        </div>
      )}
    </>
  )
}

/** The day of somebody who visits; for a branch manager, the visits of the branch. */
export function VisitsScreen({ home }: { home?: boolean }) {
  const now = Date.now()
  const of = useLive(() => visitsDay(Date.now(), RECENT), [])
  const filling = firstFill()
  const who = hasRole('manager') ? of?.month.branch?.name : session.value?.person.name
  const place = home ? { at: '/visits' } : { onBack: back }
  return (
    <Screen title={say('visits')} line={[`${day(now)} ${weekday(now)}`, who].filter(Boolean).join(' · ')} {...place}>
      {session.value?.paused && (
        <Banner tone="warn" icon="st-phone" title={t('expiredTitle')}>
          <a class="lnk" href="#/sign-in">
            {t('signInSend')}
          </a>
        </Banner>
      )}
      {of && !filling ? <Day of={of} now={now} /> : <Skeleton label={filling ?? t('firstDownload')} />}
    </Screen>
  )
}
