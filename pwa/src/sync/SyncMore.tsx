import { useEffect, useState } from 'preact/hooks'
import { type Budget, storageBudget } from '../database/budget.ts'
import { size } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import { say } from './say.ts'
import type { SyncStatus, WaitingAt } from './status.ts'
import { useWhat } from './what.ts'

/** So many pieces of work are named; the figures above count them all. */
const MOST = 20

const kindAt = (place: string) =>
  place.startsWith('/visits')
    ? t('typeVisit')
    : place.startsWith('/customers')
      ? t('typeCustomer')
      : t('typeInspection')

function Waiting({ root, place, changes, photos }: WaitingAt) {
  const kind = kindAt(place)
  return (
    <li>
      <a class="row" href={`#${place}`}>
        <span class="row-ic">
          <Icon name="st-phone" />
        </span>
        <span class="grow">
          <span class="row-t">{useWhat(root, null, kind)}</span>
          <br />
          <span class="row-s n">{say('waits', { kind, changes, photos })}</span>
        </span>
        <Icon name="next" />
      </a>
    </li>
  )
}

/** How much room this phone has for what is done on it. */
function Room({ budget: { used, quota, photos_left, persistent } }: { budget: Budget }) {
  const left = Math.max(0, quota - used)
  return (
    <>
      <div class="sec">
        <h2>{say('room')}</h2>
      </div>
      <section class="card card-pad room">
        <p class="row-t n">{say('roomLeft', { left: size(left), photos: photos_left })}</p>
        <p class="row-s n">{say('roomUsed', { used: size(used) })}</p>
        <p class="row-s">{say(persistent ? 'roomKept' : 'roomNotKept')}</p>
      </section>
    </>
  )
}

/** Under what asks for a person: what waits, piece by piece, and the room left on this phone. */
export function SyncMore({ status }: { status: SyncStatus }) {
  const [budget, setBudget] = useState<Budget | null>(null)
  useEffect(() => {
    let over = false
    storageBudget().then(
      (found) => over || setBudget(found),
      () => undefined,
    )
    return () => {
      over = true
    }
  }, [status.waiting.bytes])
  const { waitingAt } = status
  return (
    <>
      {waitingAt.length > 0 && (
        <>
          <div class="sec">
            <h2>{say(status.reachable === false ? 'waitingForSignal' : 'waiting')}</h2>
            <span class="more n">{t('things', { n: waitingAt.length })}</span>
          </div>
          <ul class="card rows">
            {waitingAt.slice(0, MOST).map((work) => (
              <Waiting {...work} key={work.root} />
            ))}
          </ul>
          {waitingAt.length > MOST && <p class="hint n">{say('andMore', { n: waitingAt.length - MOST })}</p>}
        </>
      )}
      {budget && <Room budget={budget} />}
    </>
  )
}
