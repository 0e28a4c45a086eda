import type { InspectionView } from '../inspections/view.ts'
import { checkText } from '../standards/titles.ts'
import { points } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import type { Marks } from './marks.ts'
import type { Entry } from './queue.ts'
import { say } from './say.ts'

interface Props {
  view: InspectionView
  queue: readonly Entry[]
  at: Entry | undefined
  marks: Marks
  onOpen: (entry: Entry) => void
}

function Mark({ view, entry, marks }: { view: InspectionView; entry: Entry; marks: Marks }) {
  if (view.conflicts.some(({ check }) => check === entry.check)) {
    return (
      <span class="q-st q-clash">
        <Icon name="st-clash" />
        <span class="vh">{t('stateClash')}</span>
      </span>
    )
  }
  if (marks.returns[entry.item] !== undefined) {
    return (
      <span class="q-st q-back">
        <Icon name="return" />
        <span class="vh">{say('markReturn')}</span>
      </span>
    )
  }
  if (marks.seen.has(entry.check)) {
    return (
      <span class="q-st">
        <Icon name="check" />
        <span class="vh">{say('markSeen')}</span>
      </span>
    )
  }
  return (
    <span class="q-st">
      <i class="q-dot" />
      <span class="vh">{say('markOpen')}</span>
    </span>
  )
}

/** What one check cost, before its item's cap. */
export function lostBy(view: InspectionView, check: string): number {
  const rule = view.edition?.compiled.checks.get(check)?.rule
  const answer = view.answers[check]
  if (!rule || answer?.result !== 'fail') return 0
  return rule.counts ? rule.points * (answer.count ?? 1) : rule.points
}

function Group({ view, queue, at, marks, onOpen, title, of }: Props & { title: string; of: readonly Entry['kind'][] }) {
  const entries = queue.filter(({ kind }) => of.includes(kind))
  if (entries.length === 0) return null
  const seen = entries.filter(({ check }) => marks.seen.has(check)).length
  return (
    <>
      <h2 class="q-h">
        {title} <span class="n faint">{say('seenCount', { n: seen })}</span>
      </h2>
      <ol>
        {entries.map((entry) => {
          const content = view.edition?.compiled.checks.get(entry.check)?.content
          const lost = lostBy(view, entry.check)
          const on = entry.check === at?.check
          return (
            <li key={entry.check}>
              <button
                type="button"
                class={on ? 'q on' : 'q'}
                aria-current={on ? 'true' : undefined}
                onClick={() => onOpen(entry)}
              >
                <Mark view={view} entry={entry} marks={marks} />
                <span class="grow q-t">{content ? checkText(content) : entry.check}</span>
                {lost > 0 && <span class="n q-p">{t('minus', { points: points(lost) })}</span>}
              </button>
            </li>
          )
        })}
      </ol>
    </>
  )
}

/** The checks of the chosen inspection in the order in which they are looked at. */
export function Queue(props: Props) {
  const count = (kind: Entry['kind']) => props.queue.filter((entry) => entry.kind === kind).length
  return (
    <div>
      <Group {...props} of={['fail']} title={say('failedOnes', { n: count('fail') })} />
      <Group {...props} of={['na']} title={say('naOnes', { n: count('na') })} />
      <Group {...props} of={['todo']} title={say('todoOnes', { n: count('todo') })} />
      <Group {...props} of={['pass']} title={say('sampleOnes', { n: count('pass') })} />
    </div>
  )
}
