import { useEffect, useState } from 'preact/hooks'
import { about, type Budget, storageBudget } from '../database/budget.ts'
import { useLive } from '../database/live.ts'
import { store } from '../database/open.ts'
import { size } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import { ForYou } from './ForYou.tsx'
import { type Left, leftByOthers } from './others.ts'
import { AskedFor, keptPhotos, PicturesCard } from './PicturesCard.tsx'
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
        <p class="row-t n">{say('roomLeft', { left: size(left), photos: about(photos_left) })}</p>
        <p class="row-s n">{say('roomUsed', { used: size(used) })}</p>
        <p class="row-s">{say(persistent ? 'roomKept' : 'roomNotKept')}</p>
      </section>
    </>
  )
}

/**
 * Whether anything is on this phone alone, of whoever used it; of `others` nothing is known before it was looked for. A
 * server that does not know who asks may have been restored, and lack what it once had.
 */
function Leave({ status, others }: { status: SyncStatus; others: Left | null }) {
  const { waiting, photos, refused, lost } = status
  const { changes } = waiting
  const shots = Math.max(waiting.photos, photos.total - photos.stored)
  const only = changes + shots > 0
  const theirs = others !== null && others.changes + others.photos + others.refused > 0
  const checking = status.unread || others === null
  const free = !only && !theirs && !checking && !status.paused && refused.length + lost.length === 0
  return (
    <>
      <div class="sec">
        <h2>{say('canLeave')}</h2>
      </div>
      <section class="card card-pad leave">
        <span class={free ? 'row-ic' : 'row-ic row-ic--warn'}>
          <Icon name={free ? 'check' : 'st-phone'} />
        </span>
        <div class="grow">
          <p class="row-t">{say(free ? 'mayLeave' : 'stay')}</p>
          {free && <p class="row-s">{say('mayLeaveText')}</p>}
          {only && <p class="row-s n">{say('stayOnly', { changes, photos: shots })}</p>}
          {refused.length > 0 && <p class="row-s n">{say('stayRefused', { n: refused.length })}</p>}
          {lost.length > 0 && <p class="row-s n">{say('stayLost', { n: lost.length })}</p>}
          {theirs && (
            <p class="row-s n">{say('stayOthers', { ...others, changes: others.changes + others.refused })}</p>
          )}
          {status.paused && !only && (
            <p class="row-s">{say(status.paused === 'password_change_required' ? 'stayPassword' : 'staySignIn')}</p>
          )}
          {checking && !only && !status.paused && <p class="row-s">{say('stayChecking')}</p>}
          {free && (
            <a class="lnk leave-way" href="#/me">
              {say('leaveNow')}
            </a>
          )}
        </div>
      </section>
    </>
  )
}

interface AllHere {
  budget: Budget | null
  others: Left | null
}

/** What is on this phone beside own work; it comes as one, so that nothing moves what is below it. */
function useHere({ waiting }: SyncStatus): AllHere | null {
  const [here, setHere] = useState<AllHere | null>(null)
  const { person } = store()
  useEffect(() => {
    let over = false
    const unread = (problem: unknown) => {
      console.warn('what is on this phone could not be counted', problem)
      return null
    }
    const looks = [storageBudget().catch(unread), leftByOthers(person).catch(unread)] as const
    Promise.all(looks).then(([budget, others]) => over || setHere({ budget, others }))
    return () => {
      over = true
    }
  }, [waiting.bytes, waiting.changes === 0, person])
  return here
}

/** What asks for a person, what waits, piece by piece, whether the phone may go, and the room left on it. */
export function SyncMore({ status }: { status: SyncStatus }) {
  const here = useHere(status)
  const photos = useLive(keptPhotos, [])
  const { waitingAt } = status
  // what stands first is known before the rest is drawn: nothing is moved by it
  if (!photos) return null
  return (
    <>
      <AskedFor {...photos} />
      <ForYou status={status} />
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
      <Leave status={status} others={here?.others ?? null} />
      {here?.budget && <Room budget={here.budget} />}
      {here && <PicturesCard {...photos} />}
    </>
  )
}
