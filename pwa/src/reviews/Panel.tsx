import type { CompiledCheck } from '../core/standard.ts'
import { PhotoFacts } from '../evidence/Facts.tsx'
import type { History } from '../inspections/history.ts'
import type { InspectionView, PhotoView } from '../inspections/view.ts'
import { basisOf, checkText, nameOf } from '../standards/titles.ts'
import { moment, points, wholePoints } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { lostBy } from './Queue.tsx'
import { say } from './say.ts'

type Who = (person: string | null) => string

function claim(view: InspectionView, check: CompiledCheck): string {
  const answer = view.answers[check.code]
  const result = answer?.result ?? 'todo'
  if (result === 'pass') return t('pass')
  if (result === 'na') return t('notApplicable')
  if (result === 'todo') return t('notJudged')
  if (check.rule?.kind === 'veto') return t('vetoed')
  const lost = lostBy(view, check.code)
  return lost > 0 ? t('lostPoints', { points: points(lost) }) : t('failNoPoints')
}

function Claim({ view, check, who }: { view: InspectionView; check: CompiledCheck; who: Who }) {
  const finding = view.findings.get(check.item)?.row
  const answer = view.answers[check.code]
  const failed = answer?.result === 'fail'
  const notes = Object.entries(finding?.notes ?? {}).filter(([, text]) => text)
  const count = failed && answer.count && answer.count > 1 ? ` · ${t('claimPlaces', { n: answer.count })}` : ''
  return (
    <div class="claim">
      <p class="claim-h">
        <b class={failed ? 'c-fail' : undefined}>{claim(view, check)}</b>
        <span class="small n">
          {who(view.inspection.lead)}
          {count}
        </span>
      </p>
      {answer?.result === 'na' && <p>{finding?.reasons[check.code] || t('naNoReason')}</p>}
      {notes.map(([author, text]) => (
        <p key={author}>
          {notes.length > 1 && <b>{t('noteOf', { who: who(author) })}</b>}
          {text}
        </p>
      ))}
    </div>
  )
}

function Past({ history, check }: { history: History; check: CompiledCheck }) {
  return (
    <div class="past">
      <h3>{say('pastHere')}</h3>
      {history.past.length === 0 ? (
        <p class="small dim">{say('neverHere')}</p>
      ) : (
        <ol class="small">
          {history.past.map(({ at, results }) => {
            const failed = results[check.code] === 'fail'
            return (
              <li key={at}>
                <span class="n">{moment(at, Date.now()).split(' ')[0]}</span>
                <b class={failed ? 'c-fail' : undefined}>
                  <Icon name={failed ? 'cross' : 'check'} />
                  {failed ? t('fail') : results[check.code] === 'na' ? t('notApplicable') : t('pass')}
                </b>
              </li>
            )
          })}
        </ol>
      )}
    </div>
  )
}

interface Props {
  view: InspectionView
  check: CompiledCheck
  photo: PhotoView | undefined
  who: Who
  /** What the last inspections found at the item. */
  history: History
}

/** What is claimed about one check, and what speaks for it. */
export function Facts({ view, check, photo, who, history }: Props) {
  const item = view.edition?.compiled.items.get(check.item)
  const basis = [item && nameOf(item.content), check.rule && basisOf(check.rule.content)].filter(Boolean)
  return (
    <>
      <h2>{checkText(check.content)}</h2>
      <p class="small dim">
        {basis.join(t('comma'))}
        {item && item.points > 0 && `${t('comma')}${t('itemCap', { points: wholePoints(item.points) })}`}
      </p>
      <Claim view={view} check={check} who={who} />
      {photo && <PhotoFacts photo={photo.photo} branch={view.branch} who={who} what={checkText(check.content)} />}
      <Past history={history} check={check} />
    </>
  )
}
