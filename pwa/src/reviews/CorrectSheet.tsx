import { useState } from 'preact/hooks'
import type { Answer } from '../contract/records.ts'
import type { CompiledCheck } from '../core/standard.ts'
import type { InspectionView } from '../inspections/view.ts'
import { checkText } from '../standards/titles.ts'
import { points } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { Segment } from '../ui/Chips.tsx'
import { Field } from '../ui/Field.tsx'
import { toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { Sheet } from '../ui/Sheet.tsx'
import { Stepper } from '../ui/Stepper.tsx'
import { correct } from './acts.ts'
import { say } from './say.ts'

type Judged = 'pass' | 'fail' | 'na'

interface Props {
  view: InspectionView
  check: CompiledCheck
  /** What was already written to the inspector. */
  words: string
  onClose: () => void
}

/** Another judgement of one check; the branch reads the reason. */
export function CorrectSheet({ view, check, words, onClose }: Props) {
  const now = view.answers[check.code]
  const [result, setResult] = useState<Judged>(now?.result === 'fail' ? 'pass' : 'fail')
  const [count, setCount] = useState(now?.count ?? 1)
  const [reason, setReason] = useState(words)
  const [missing, setMissing] = useState(false)
  const countable = result === 'fail' && check.rule?.kind === 'per_occurrence'

  const send = useOnce(async () => {
    if (!reason.trim()) return setMissing(true)
    const answer: Answer = countable && count > 1 ? { result, count } : { result }
    await correct({ id: view.id, seen: view.seen }, check.item, { [check.code]: answer }, reason.trim())
    toast(say('corrected'))
    onClose()
  })

  return (
    <Sheet title={say('correctTitle', { what: checkText(check.content) })} onClose={onClose}>
      <div class="stack gap">
        <Segment<Judged>
          label={say('correctTo')}
          choices={[
            { value: 'pass', word: t('pass') },
            { value: 'fail', word: t('fail') },
            { value: 'na', word: t('notApplicable') },
          ]}
          chosen={result}
          onChoose={setResult}
        />
        {countable && (
          <div class="split-wrap">
            <p class="small grow">
              {check.rule?.counts ? t('placesEach', { points: points(check.rule.points) }) : t('placesOnce')}
            </p>
            <Stepper value={count} label={t('placesLabel')} onChange={setCount} />
          </div>
        )}
        <Field
          label={t('whatReason')}
          value={reason}
          onInput={setReason}
          error={missing && !reason.trim() ? t('needsReason') : undefined}
          input={{ maxLength: 500 }}
        />
      </div>
      <div class="sheet-a">
        <button type="button" class="btn btn-line btn-l" onClick={onClose}>
          {t('cancel')}
        </button>
        <button type="button" class="btn btn-go btn-l" onClick={() => send()}>
          {say('correctSend')}
        </button>
      </div>
    </Sheet>
  )
}
