import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { listConflicts } from '../conflicts/queries.ts'
import { say as sayOpinions } from '../conflicts/say.ts'
import type { Inspection } from '../contract/records.ts'
import { useLater, useLive } from '../database/live.ts'
import type { InspectionEntry } from '../inspections/queries.ts'
import { listPeople } from '../people/queries.ts'
import { heldWaiting } from '../settle/held.ts'
import { wide } from '../shell/wide.ts'
import { firstFill } from '../sync/firstFill.ts'
import { points, recent } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { type Choice, Segment } from '../ui/Chips.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Empty, Skeleton } from '../ui/Notice.tsx'
import { listSubmitted } from './queries.ts'
import { say } from './say.ts'

type Status = Extract<Inspection['status'], 'submitted' | 'returned' | 'approved'>

const STEP = 30

function Submitted({
  entry,
  who,
  on,
  children,
}: {
  entry: InspectionEntry
  who: string
  on: boolean
  children?: ComponentChildren
}) {
  const { inspection, branch, photos, conflicts, total } = entry
  const when = recent(inspection.submitted_at ?? inspection.started_at, Date.now())
  return (
    <li>
      <a class={on ? 'sub on' : 'sub'} href={`#/review/${inspection.id}`} aria-current={on ? 'true' : undefined}>
        <span class="sub-h">
          <b>{branch?.name}</b>
          <b class="n">{total === null ? '—' : points(total)}</b>
        </span>
        <span class="sub-m n">
          {who} · {when}
        </span>
        <span class="tags">
          {conflicts > 0 && (
            <span class="tag tag-clash">
              <Icon name="st-clash" />
              {t('blockConflicts', { n: conflicts })}
            </span>
          )}
          {photos.total > 0 && (
            <span class="tag n">
              <Icon name="photo" />
              {say('photosOf', { here: photos.stored, of: photos.total })}
            </span>
          )}
        </span>
      </a>
      {on && children}
    </li>
  )
}

interface Props {
  chosen: string | undefined
  /** What stands under the chosen inspection: its checks. */
  children?: ComponentChildren
}

/** The way to what was set aside; at the desk it stands in the rail. Always there, so that nothing moves for it. */
function LateWork() {
  const n = useLater(() => heldWaiting(Date.now()), [])
  return (
    <a class="card row rev-late" href="#/held">
      <span class={n ? 'row-ic row-ic--warn' : 'row-ic'}>
        <Icon name="st-held" />
      </span>
      <span class="grow">
        <span class="row-t">{say('lateWork')}</span>
        <br />
        <span class="row-s n">{n ? say('lateSome', { n }) : say('lateNone')}</span>
      </span>
      <Icon name="next" />
    </a>
  )
}

/** The way to what two people judged differently, wherever it is. Always there, so that nothing moves for it. */
function Clashes() {
  const n = useLater(async () => (await listConflicts()).length, [])
  return (
    <a class="card row rev-late" href="#/conflicts">
      <span class={n ? 'row-ic row-ic--clash' : 'row-ic'}>
        <Icon name="st-clash" />
      </span>
      <span class="grow">
        <span class="row-t">{sayOpinions('list')}</span>
        <br />
        <span class="row-s n">{n ? sayOpinions('listLine', { n }) : sayOpinions('listNone')}</span>
      </span>
      <Icon name="next" />
    </a>
  )
}

/** What waits for review, with its filters. */
export function ReviewList({ chosen, children }: Props) {
  const [status, setStatus] = useState<Status>('submitted')
  const [search, setSearch] = useState('')
  const [shown, show] = useState(STEP)
  const entries = useLive(() => listSubmitted({ status: [status], search }), [status, search])
  const people = useLive(listPeople, [])
  const filling = firstFill()
  const empty = !entries || (filling !== null && entries.length === 0)
  const filters: Choice<Status>[] = [
    { value: 'submitted', word: say('filterSubmitted') },
    { value: 'returned', word: say('filterReturned') },
    { value: 'approved', word: say('filterApproved') },
  ]
  return (
    <>
      {!wide.value && <LateWork />}
      <Clashes />
      <div class="rev-filter">
        <Segment label={say('filterLabel')} choices={filters} chosen={status} onChoose={setStatus} />
        <div class="input">
          <Icon name="search" />
          <input
            type="search"
            autocomplete="off"
            aria-label={say('findInList')}
            placeholder={say('findInList')}
            value={search}
            onInput={(e) => setSearch(e.currentTarget.value)}
          />
        </div>
      </div>
      <div class="rev-list">
        {empty && <Skeleton label={filling ?? t('firstDownload')} />}
        {entries?.length === 0 && !empty && (
          <Empty icon="inbox" title={say('noReviews')}>
            <p class="small dim">{say('noReviewsText')}</p>
          </Empty>
        )}
        <ul>
          {entries?.slice(0, shown).map((entry) => (
            <Submitted
              entry={entry}
              who={people?.get(entry.inspection.lead ?? '')?.name ?? t('nobody')}
              on={entry.inspection.id === chosen}
              key={entry.inspection.id}
            >
              {children}
            </Submitted>
          ))}
        </ul>
        {entries && entries.length > shown && (
          <button type="button" class="btn btn-line btn-full" onClick={() => show(shown + STEP)}>
            {say('loadMore')}
          </button>
        )}
      </div>
    </>
  )
}
