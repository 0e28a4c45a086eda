import { useEffect, useState } from 'preact/hooks'
import type { InspectionView } from '../inspections/view.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { SignedSheet } from './SignedSheet.tsx'
import { say } from './say.ts'
import './signature.css'
import { factOf, maySign, type SignedState, signedOf, warningOf } from './state.ts'
import { useSigned } from './useSigned.ts'

function iconOf({ word, earlier }: SignedState): IconName {
  if (earlier) return 'copydup'
  return word === 'refused' ? 'na' : word === 'signed' ? 'ok-circle' : 'note'
}

function Words({ state, open }: { state: SignedState; open: boolean }) {
  const warning = warningOf(state)
  return (
    <span class="grow">
      <span class="row-t">{say('title')}</span>
      {warning && <span class="row-s sign-w">{warning}</span>}
      <span class="row-s sign-w n">{factOf(state, open)}</span>
    </span>
  )
}

const Mark = ({ state }: { state: SignedState }) => (
  <span class={state.earlier ? 'row-ic row-ic--warn' : 'row-ic'}>
    <Icon name={iconOf(state)} />
  </span>
)

interface Props {
  view: InspectionView
  onSign: () => void
}

/** Whether the branch signed the list; a tap shows the signature, or asks for one. */
export function SignatureRow({ view, onSign }: Props) {
  const state = useSigned(view)
  const [shown, show] = useState(false)
  const may = maySign(view)
  useEffect(() => {
    // what a tap will ask for is here by then
    if (may) import('../inspections/Sheets.tsx').catch(() => undefined)
  }, [may])
  if (!may && !state.signed) return null
  const again = may
    ? () => {
        show(false)
        onSign()
      }
    : undefined
  return (
    <>
      <button type="button" class="card row gap" onClick={state.signed ? () => show(true) : onSign}>
        <Mark state={state} />
        <Words state={state} open={may} />
        <Icon name="next" />
      </button>
      {shown && <SignedSheet view={view} state={state} onSign={again} onClose={() => show(false)} />}
    </>
  )
}

/** The same before handing in: never in the way of it. */
export function SignatureLine({ view, onSign }: Props) {
  const state = useSigned(view)
  return (
    <div class="sign-line gap">
      <Mark state={state} />
      <Words state={state} open />
      <button type="button" class="btn btn-line" onClick={onSign}>
        {signedOf(view) ? say('signAgain') : say('askToSign')}
      </button>
    </div>
  )
}
