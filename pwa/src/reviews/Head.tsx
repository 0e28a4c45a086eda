import { ScoreRuler } from '../inspections/ScoreRuler.tsx'
import { linesOf, vetoWords } from '../inspections/verdict.ts'
import type { InspectionView } from '../inspections/view.ts'
import { statusWord } from '../inspections/words.ts'
import { SignedFact } from '../signature/SignedFact.tsx'
import { standardTitle } from '../standards/titles.ts'
import { moment, points } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { LineWords } from '../ui/VerdictDock.tsx'
import { say } from './say.ts'

/** Whose it is, when it came, and the score with what is left to each mark. */
export function Head({ view, who }: { view: InspectionView; who: (person: string | null) => string }) {
  const { inspection, edition, score, branch } = view
  if (!edition || !score) return null
  const lines = linesOf(score, edition.compiled)
  const vetoes = vetoWords(score, edition.compiled)
  const shown = inspection.shown?.total
  const agreed =
    shown === undefined ? '' : shown === score.total ? say('sameScore') : say('otherScore', { phone: points(shown) })
  const facts = [
    inspection.submitted_at
      ? say('submittedAt', { who: who(inspection.lead), when: moment(inspection.submitted_at, Date.now()) })
      : who(inspection.lead),
    inspection.status === 'submitted' ? agreed : statusWord(inspection.status),
    inspection.representative,
    inspection.remark,
  ]
  return (
    <header class="rev-top">
      <div class="grow">
        <h2>
          {branch?.name} <span class="faint">{standardTitle(edition.row)}</span>
        </h2>
        <p class="small dim n">{facts.filter(Boolean).join(' · ')}</p>
        <SignedFact view={view} />
        {vetoes.length > 0 && (
          <p class="small c-fail">
            <Icon name="veto" /> {t('vetoLine', { what: vetoes.join(t('listComma')) })}
          </p>
        )}
      </div>
      <div class="rev-score">
        <b class="n">{points(score.total)}</b>
        <ScoreRuler score={score} lines={lines} small />
        <span class="small n">
          {lines.map((line) => (
            <span key={line.name}>
              <LineWords line={line} />
            </span>
          ))}
        </span>
      </div>
    </header>
  )
}
