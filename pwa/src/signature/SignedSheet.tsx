import type { InspectionView } from '../inspections/view.ts'
import { points } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Banner } from '../ui/Notice.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import { Drawing } from './Drawing.tsx'
import { say } from './say.ts'
import './signature.css'
import { factOf, type SignedState, warningOf } from './state.ts'

interface Props {
  view: InspectionView
  state: SignedState
  /** Left out where nobody may sign any more. */
  onSign?: (() => void) | undefined
  onClose: () => void
}

/** What the branch signed: for which total, by whom, and how it looks. */
export function SignedSheet({ view, state, onSign, onClose }: Props) {
  const { signed } = state
  if (!signed) return null
  const then = points(signed.total)
  const now = view.score ? points(view.score.total) : null
  const warning = warningOf(state)
  const strokes = signed.strokes ?? []
  return (
    <Sheet title={say('title')} onClose={onClose}>
      <p class="gap n">{factOf(state, false)}</p>
      {warning && now !== null ? (
        <div class="gap">
          <Banner tone="warn" icon="copydup" title={warning}>
            <p class="small n">{say('earlierTotals', { then, now })}</p>
          </Banner>
        </div>
      ) : (
        <p class="small dim n">{!signed.refused && say('signedTotal', { then })}</p>
      )}
      {strokes.length > 0 && <Drawing strokes={strokes} label={say('drawingOf', { who: signed.name ?? '' })} />}
      <div class="sheet-a">
        {onSign && (
          <button type="button" class="btn btn-line btn-l" onClick={onSign}>
            {say('signAgain')}
          </button>
        )}
        <button type="button" class="btn btn-go btn-l" onClick={onClose}>
          {t('close')}
        </button>
      </div>
    </Sheet>
  )
}
