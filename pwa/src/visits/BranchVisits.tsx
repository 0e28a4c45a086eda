import { useLive } from '../database/live.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { visitsDay } from './lists.ts'
import { MonthCard } from './MonthCard.tsx'
import { say } from './say.ts'
import { DueRow } from './VisitRow.tsx'
import './visits.css'

/** A manager's day: how far the branch's month is, and what was promised to customers. */
export function BranchVisits() {
  const of = useLive(() => visitsDay(Date.now(), 0), [])
  if (!of) return null
  return (
    <>
      <div class="sec">
        <h2>{say('branchVisits')}</h2>
        {of.due.length > 0 && <span class="more n">{t('things', { n: of.due.length })}</span>}
      </div>
      <MonthCard month={of.month} now={Date.now()} />
      {of.due.length > 0 && (
        <ul class="card rows gap">
          {of.due.map((entry) => (
            <DueRow entry={entry} key={entry.visit.id} />
          ))}
        </ul>
      )}
      <a class="btn btn-line btn-full gap" href="#/visits">
        {say('allVisits')}
      </a>
    </>
  )
}
