import { day } from '../texts/format.ts'
import { language } from '../texts/index.ts'
import '../ui/Card.css'
import type { Month } from './queries.ts'
import { type Counted, calendar } from './quota.ts'
import { say } from './say.ts'
import './visits.css'

const MOST_CELLS = 12

interface LineProps {
  what: string
  unit: string
  done: number
  of: number
  pace: number
}

/** How far one figure is: cells up to twelve, else a bar; the notch is the calendar. */
function Line({ what, unit, done, of, pace }: LineProps) {
  const due = Math.floor(of * pace)
  const notch = <b style={{ left: `${Math.round(pace * 100)}%` }} />
  return (
    <div class="quota">
      <div class="split">
        <span class="grow">{what}</span>
        <b class="n">{say('quotaOf', { done, of, unit })}</b>
      </div>
      <div role="img" aria-label={say('quotaSentence', { what, done, of, due })}>
        {of <= MOST_CELLS ? (
          <div class="cells">
            {Array.from({ length: of }, (_, at) => (
              <i class={at < done ? 'on' : undefined} key={at} />
            ))}
            {of > 1 && notch}
          </div>
        ) : (
          <div class="pace">
            <i style={{ width: `${Math.min(100, (100 * done) / of)}%` }} />
            {notch}
          </div>
        )}
      </div>
    </div>
  )
}

function monthName(now: number): string {
  if (language.value === 'zh') return day(now).replace(/月.*/, '月')
  return new Date(now).toLocaleDateString('en-GB', { month: 'long' })
}

/** The month of the branch, with one's own visits counted that no server has seen yet. */
export function MonthCard({ month, now }: { month: Month; now: number }) {
  const { done, target, pending } = month
  const pace = calendar(now)
  const waiting = pending.visits + pending.ride_alongs + pending.cards
  const lines: [Counted, string, string][] = [
    ['visits', say('quotaVisits'), say('unitHouseholds')],
    ['ride_alongs', say('quotaRideAlongs'), say('unitRoutes')],
    ['cards', say('quotaCards'), say('unitCards')],
  ]
  return (
    <section class="card card-pad quotas" aria-labelledby="month">
      <h2 class="row-t" id="month">
        {say('monthTitle', { month: monthName(now) })}
      </h2>
      {lines.map(([as, what, unit]) => (
        <Line what={what} unit={unit} done={done[as]} of={target[as]} pace={pace} key={as} />
      ))}
      <p class="hint n">
        <i class="pace-key" aria-hidden="true" /> {say('paceKey')}
        {waiting > 0 && ` · ${say('pendingOnPhone', { n: waiting })}`}
      </p>
    </section>
  )
}
