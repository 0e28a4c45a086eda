import { useState } from 'preact/hooks'
import type { InspectionView } from '../inspections/view.ts'
import { Icon } from '../ui/Icon.tsx'
import { SignedSheet } from './SignedSheet.tsx'
import './signature.css'
import { factOf, warningOf } from './state.ts'
import { useSigned } from './useSigned.ts'

/** In one line at the head of a review; a tap shows the signature. */
export function SignedFact({ view }: { view: InspectionView }) {
  const state = useSigned(view)
  const [shown, show] = useState(false)
  if (!state.signed) {
    return (
      <p class="small dim">
        <Icon name="note" /> {factOf(state, false)}
      </p>
    )
  }
  const warning = warningOf(state)
  return (
    <>
      <button type="button" class="small n sign-fact" onClick={() => show(true)}>
        <Icon name={warning ? 'copydup' : 'note'} />
        <span>
          {warning && <b class="c-warn">{warning} · </b>}
          <u>{factOf(state, false)}</u>
        </span>
      </button>
      {shown && <SignedSheet view={view} state={state} onClose={() => show(false)} />}
    </>
  )
}
