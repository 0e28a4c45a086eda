import { useState } from 'preact/hooks'
import type { CompiledCheck } from '../core/standard.ts'
import { CheckPhotos } from '../photos/CheckPhotos.tsx'
import { checkText } from '../standards/titles.ts'
import { points } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { Stepper } from '../ui/Stepper.tsx'
import type { InspectionView } from './view.ts'

interface Props {
  view: InspectionView
  check: CompiledCheck
  editable: boolean
  onCount: (count: number) => void
  onNotApplicable: () => void
  onClear: () => void
}

function Count({ check, count, onCount }: { check: CompiledCheck; count: number; onCount: (count: number) => void }) {
  const each = check.rule?.counts
  return (
    <div class="split-wrap">
      <p class="lost grow">{each ? t('placesEach', { points: points(check.rule?.points ?? 0) }) : t('placesOnce')}</p>
      <Stepper value={count} label={t('placesLabel')} onChange={onCount} />
    </div>
  )
}

/** What a check opens to: how many places, photos, and what is rarely needed. */
export function CheckDetails({ view, check, editable, onCount, onNotApplicable, onClear }: Props) {
  const answer = view.answers[check.code]
  const failed = answer?.result === 'fail'
  const count = answer?.count ?? 1
  const [counting, setCounting] = useState(false)
  const countable = failed && editable && check.rule?.kind === 'per_occurrence'
  const shows = countable && (check.rule?.counts || count > 1 || counting)
  const clash = view.conflicts.some((conflict) => conflict.check === check.code)
  return (
    <>
      {shows && <Count check={check} count={count} onCount={onCount} />}
      {!editable && failed && count > 1 && <p class="small n">{t('claimPlaces', { n: count })}</p>}
      <CheckPhotos
        view={view}
        item={check.item}
        check={check.code}
        what={checkText(check.content)}
        editable={editable}
      />
      <div class="check-act">
        {clash && (
          <a class="chip chip--s" href={`#/inspections/${view.id}/${check.item}/${check.code}`}>
            <Icon name="st-clash" />
            {t('settleHere')}
          </a>
        )}
        {countable && !shows && (
          <button type="button" class="chip chip--s" onClick={() => setCounting(true)}>
            <Icon name="plus" />
            {t('countPlaces')}
          </button>
        )}
        {editable && answer?.result !== 'na' && (
          <button type="button" class="chip chip--s" onClick={onNotApplicable}>
            <Icon name="na" />
            {t('notApplicable')}
          </button>
        )}
        {editable && (failed || answer?.result === 'pass') && (
          <button type="button" class="chip chip--s" onClick={onClear}>
            <Icon name="undo" />
            {t('clearAnswer')}
          </button>
        )}
      </div>
    </>
  )
}
