import { useState } from 'preact/hooks'
import { isDecided } from '../core/workflow.ts'
import { useLive } from '../database/live.ts'
import { type InspectionEntry, listInspections } from '../inspections/queries.ts'
import { statusWord } from '../inspections/words.ts'
import { pausedTitle, wayOn } from '../people/password.ts'
import { hasRole } from '../people/roles.ts'
import { session } from '../people/session.ts'
import { piece } from '../shell/later.tsx'
import { Screen } from '../shell/Screen.tsx'
import { firstFill } from '../sync/firstFill.ts'
import { day, moment, points, recent, span, weekday } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { Banner, Empty, Skeleton } from '../ui/Notice.tsx'
import { StateWord } from '../ui/StateWord.tsx'
import { listTasks, type TaskEntry } from './queries.ts'
import { ResumeCard } from './ResumeCard.tsx'
import { kindWord, TaskSheet } from './TaskSheet.tsx'
import './TodayScreen.css'

const SOON = 24 * 3_600_000
const RECENT = 6

function Head({ title, n }: { title: string; n: number }) {
  return (
    <div class="sec">
      <h2>{title}</h2>
      <span class="more n">{t('things', { n })}</span>
    </div>
  )
}

function Due({ at }: { at: number }) {
  const left = at - Date.now()
  const tone = left < 0 ? 'late' : left < SOON ? 'soon' : 'ok'
  return (
    <span class={`due due-${tone}`}>
      <Icon name="clock" />
      {left < 0 ? t('overdueBy', { span: span(left) }) : t('dueBy', { when: moment(at, Date.now()) })}
    </span>
  )
}

function TaskRow({ entry, onOpen }: { entry: TaskEntry; onOpen: () => void }) {
  const { task, branch } = entry
  return (
    <li>
      <button type="button" class="row" onClick={onOpen}>
        <span class="row-ic">
          <Icon name="std" />
        </span>
        <span class="grow">
          <span class="row-t">{t('taskAt', { branch: branch?.name ?? '', kind: kindWord(entry) })}</span>
          <br />
          <span class="row-s n">
            <Due at={task.due_at} />
            {branch?.code}
          </span>
        </span>
        <Icon name="next" />
      </button>
    </li>
  )
}

interface LineProps {
  to: string
  icon: IconName
  tone?: 'fail' | 'clash'
  title: string
  entry: InspectionEntry
  when: string
}

function InspectionRow({ to, icon, tone, title, entry, when }: LineProps) {
  return (
    <li>
      <a class="row" href={`#${to}`}>
        <span class={tone ? `row-ic row-ic--${tone}` : 'row-ic'}>
          <Icon name={icon} />
        </span>
        <span class="grow">
          <span class="row-t">{title}</span>
          <br />
          <span class="row-s n">
            {entry.state !== 'server' && entry.state !== 'full' && <StateWord state={entry.state} />}
            {when}
          </span>
        </span>
        {entry.total !== null && !tone && <b class="n">{points(entry.total)}</b>}
        <Icon name="next" />
      </a>
    </li>
  )
}

const nameOf = (entry: InspectionEntry) => entry.branch?.name ?? ''
const placeOf = (entry: InspectionEntry) => `/inspections/${entry.inspection.id}`

/** What was given back and what two people judged differently comes before everything else. */
function First({ entries }: { entries: readonly InspectionEntry[] }) {
  const returned = entries.filter((entry) => entry.inspection.status === 'returned')
  const clashes = entries.filter((entry) => entry.conflicts > 0 && !isDecided(entry.inspection))
  if (returned.length + clashes.length === 0) return null
  return (
    <>
      <Head title={t('first')} n={returned.length + clashes.length} />
      <ul class="card rows">
        {returned.map((entry) => (
          <InspectionRow
            to={placeOf(entry)}
            icon="return"
            tone="fail"
            title={t('returnedItems', { branch: nameOf(entry), n: entry.returned })}
            entry={entry}
            when={recent(entry.inspection.submitted_at ?? entry.inspection.started_at, Date.now())}
            key={entry.inspection.id}
          />
        ))}
        {clashes.map((entry) => (
          <InspectionRow
            to="/conflicts"
            icon="st-clash"
            tone="clash"
            title={t('clashAt', { branch: nameOf(entry), what: t('blockConflicts', { n: entry.conflicts }) })}
            entry={entry}
            when={recent(entry.inspection.submitted_at ?? entry.inspection.started_at, Date.now())}
            key={`clash-${entry.inspection.id}`}
          />
        ))}
      </ul>
    </>
  )
}

interface GroupProps {
  title: string
  entries: readonly InspectionEntry[]
  named?: (entry: InspectionEntry) => string
}

function Group({ title, entries, named = nameOf }: GroupProps) {
  if (entries.length === 0) return null
  return (
    <>
      <Head title={title} n={entries.length} />
      <ul class="card rows">
        {entries.slice(0, RECENT).map((entry) => {
          const { submitted_at, started_at } = entry.inspection
          return (
            <InspectionRow
              to={placeOf(entry)}
              icon="std"
              title={named(entry)}
              entry={entry}
              when={recent(submitted_at ?? started_at, Date.now())}
              key={entry.inspection.id}
            />
          )
        })}
      </ul>
    </>
  )
}

/** The inspector's day: what is under way, what came back, what is planned, what is handed in. */
function InspectorDay({ entries, tasks }: { entries: readonly InspectionEntry[]; tasks: readonly TaskEntry[] }) {
  const [asked, ask] = useState<TaskEntry | null>(null)
  const mine = entries.filter((entry) => entry.mine)
  const withStatus = (status: string) => mine.filter((entry) => entry.inspection.status === status)
  const [running, ...drafts] = withStatus('draft')
  const planned = tasks.filter(
    ({ task, mine: own, inspection }) => own && !inspection && (task.status === 'open' || task.status === 'claimed'),
  )
  return (
    <>
      {running && <ResumeCard id={running.inspection.id} />}
      <First entries={mine} />
      <Group title={t('otherDrafts')} entries={drafts} />
      {planned.length > 0 && (
        <>
          <Head title={t('planned')} n={planned.length} />
          <ul class="card rows">
            {planned.map((entry) => (
              <TaskRow entry={entry} onOpen={() => ask(entry)} key={entry.task.id} />
            ))}
          </ul>
        </>
      )}
      {mine.length + planned.length === 0 && (
        <Empty icon="today" title={t('nothingToday')}>
          <p class="small dim">{t('nothingTodayText')}</p>
          <a class="btn btn-line" href="#/branches">
            {t('toBranches')}
          </a>
        </Empty>
      )}
      <Group title={t('submittedOnes')} entries={withStatus('submitted')} />
      <Group title={t('approvedOnes')} entries={withStatus('approved')} />
      {asked && <TaskSheet entry={asked} onClose={() => ask(null)} />}
    </>
  )
}

const BranchVisits = piece(async () => (await import('../visits/BranchVisits.tsx')).BranchVisits)

/** The branch's day: what inspectors found here, and how far its visits are. */
function BranchDay({ entries }: { entries: readonly InspectionEntry[] }) {
  const shown = entries.filter(({ inspection }) => inspection.status !== 'draft' && inspection.status !== 'void')
  return (
    <>
      {shown.length > 0 ? (
        <Group title={t('branchResults')} entries={shown} named={titleOfResult} />
      ) : (
        <Empty icon="std" title={t('branchNothing')}>
          <p class="small dim">{t('branchNothingText')}</p>
        </Empty>
      )}
      <BranchVisits />
    </>
  )
}

/** At one branch its name says nothing: what came of it does. */
const titleOfResult = ({ inspection }: InspectionEntry) => statusWord(inspection.status)

export function TodayScreen() {
  const entries = useLive(() => listInspections(), [])
  const tasks = useLive(listTasks, [])
  const filling = firstFill()
  const now = Date.now()
  const home = session.value?.person.name
  return (
    <Screen title={t('today')} line={`${day(now)} ${weekday(now)} · ${home ?? ''}`} at="/">
      {session.value?.paused && (
        <Banner tone="warn" icon="st-phone" title={pausedTitle(session.value.paused)}>
          <a class="lnk" href="#/sign-in">
            {wayOn(session.value.paused)}
          </a>
        </Banner>
      )}
      {!entries || !tasks || (filling && entries.length + tasks.length === 0) ? (
        <Skeleton label={filling ?? t('firstDownload')} />
      ) : hasRole('inspector') ? (
        <InspectorDay entries={entries} tasks={tasks} />
      ) : (
        <BranchDay entries={entries} />
      )}
    </Screen>
  )
}
