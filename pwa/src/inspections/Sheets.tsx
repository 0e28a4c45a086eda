import { Signing } from '../signature/Signing.tsx'
import { t } from '../texts/index.ts'
import { ReasonSheet } from '../ui/ReasonSheet.tsx'
import { takeOver, voidInspection } from './acts.ts'
import { SubmitSheet } from './SubmitSheet.tsx'
import type { InspectionView } from './view.ts'

/** `sign_first`: before handing in, and then back to that. */
export type Asking = 'submit' | 'sign' | 'sign_first' | 'take_over' | 'void'

interface Props {
  view: InspectionView
  asking: Asking
  onAsk: (asking: Asking | null) => void
}

/** Every question of the overview. */
export function Sheets({ view, asking, onAsk }: Props) {
  const viewed = { id: view.id, seen: view.seen }
  const onClose = () => onAsk(null)
  if (asking === 'submit') return <SubmitSheet view={view} onSign={() => onAsk('sign_first')} onClose={onClose} />
  if (asking === 'sign') return <Signing view={view} onClose={onClose} />
  if (asking === 'sign_first') return <Signing view={view} onClose={() => onAsk('submit')} />
  if (asking === 'take_over') {
    return (
      <ReasonSheet
        title={t('takeOverTitle')}
        reasons={[t('reasonOnLeave'), t('reasonHandedOver'), t('reasonPhoneBroken')]}
        send={t('takeOverSend')}
        onSend={(reason) => void takeOver(viewed, reason)}
        onClose={onClose}
      />
    )
  }
  return (
    <ReasonSheet
      title={t('voidTitleAsk')}
      reasons={[t('voidWrongBranch'), t('voidDouble')]}
      send={t('voidSend')}
      danger
      onSend={(reason) => {
        void voidInspection(viewed, reason)
        // The button that was tapped goes, and what has become of the inspection stands at the head of the page.
        scrollTo(0, 0)
      }}
      onClose={onClose}
    />
  )
}
