import { useState } from 'preact/hooks'
import type { InspectionView } from '../inspections/view.ts'
import { nameOf } from '../standards/titles.ts'
import { points } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { ReasonSheet } from '../ui/ReasonSheet.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import { approve, reopen, returnItems } from './acts.ts'
import type { Block } from './blocks.ts'
import { clearMarks, marksOf } from './marks.ts'
import { say } from './say.ts'

interface SheetProps {
  view: InspectionView
  onClose: () => void
}

/** The items that go back, each with its reason, before they do. */
function ReturnSheet({ view, onClose }: SheetProps) {
  const { returns } = marksOf(view.id)
  const send = useOnce(async () => {
    await returnItems({ id: view.id, seen: view.seen }, { ...returns })
    clearMarks(view.id)
    toast(say('returnedToast'))
    onClose()
  })
  return (
    <Sheet title={say('returnTitle')} onClose={onClose}>
      <dl class="kv gap">
        {Object.entries(returns).map(([item, reason]) => {
          const content = view.edition?.compiled.items.get(item)?.content
          return (
            <>
              <dt>{content ? nameOf(content) : item}</dt>
              <dd>{reason}</dd>
            </>
          )
        })}
      </dl>
      <div class="sheet-a">
        <button type="button" class="btn btn-line btn-l" onClick={onClose}>
          {t('cancel')}
        </button>
        <button type="button" class="btn btn-go btn-l" onClick={() => send()}>
          {say('returnSend')}
        </button>
      </div>
    </Sheet>
  )
}

function ApproveSheet({ view, onClose }: SheetProps) {
  const send = useOnce(async () => {
    await approve({ id: view.id, seen: view.seen })
    toast(say('approvedToast'))
    onClose()
  })
  return (
    <Sheet title={say('approveTitle')} onClose={onClose}>
      <p class="small dim gap">{say('approveText', { points: points(view.score?.total ?? 0) })}</p>
      <div class="sheet-a">
        <button type="button" class="btn btn-line btn-l" onClick={onClose}>
          {t('cancel')}
        </button>
        <button type="button" class="btn btn-go btn-l" onClick={() => send()}>
          {say('approveSend')}
        </button>
      </div>
    </Sheet>
  )
}

/** What stands in the way; a tap leads there. */
function Why({ blocks, onOpen }: { blocks: readonly Block[]; onOpen: (check: string) => void }) {
  return (
    <p class="small why" role="status" id="not-yet">
      {say('notYet')}
      {blocks.map(({ words, check }) =>
        check ? (
          <button type="button" class="why-b" onClick={() => onOpen(check)} key={words}>
            {words}
          </button>
        ) : (
          <span key={words}>{words}</span>
        ),
      )}
    </p>
  )
}

interface Props {
  view: InspectionView
  /** Why the whole may not be approved yet. */
  blocks: readonly Block[]
  onMove: (step: number) => void
  onOpen: (check: string) => void
}

/** The decision on the whole inspection. */
export function Foot({ view, blocks, onMove, onOpen }: Props) {
  const [asking, ask] = useState<'return' | 'approve' | 'reopen' | null>(null)
  const n = Object.keys(marksOf(view.id).returns).length
  const waits = view.inspection.status === 'submitted'
  const close = () => ask(null)
  return (
    <footer class="rev-foot">
      <p class="keys small dim">
        <button type="button" class="key-b" aria-label={t('nextItem')} onClick={() => onMove(1)}>
          <kbd>J</kbd>
        </button>
        <button type="button" class="key-b" aria-label={say('previousItem')} onClick={() => onMove(-1)}>
          <kbd>K</kbd>
        </button>
        {say('keysMove')}
      </p>
      {waits && blocks.length > 0 && <Why blocks={blocks} onOpen={onOpen} />}
      {waits && n > 0 && (
        <button type="button" class="btn btn-go" onClick={() => ask('return')}>
          {say('returnN', { n })}
        </button>
      )}
      {waits && n === 0 && (
        <button
          type="button"
          class="btn btn-go"
          aria-disabled={blocks.length > 0}
          aria-describedby={blocks.length > 0 ? 'not-yet' : undefined}
          onClick={() => blocks.length === 0 && ask('approve')}
        >
          {say('approveAll')}
        </button>
      )}
      {view.refusal('inspection.reopen') === null && (
        <button type="button" class="btn btn-line" onClick={() => ask('reopen')}>
          {say('reopen')}
        </button>
      )}
      {asking === 'return' && <ReturnSheet view={view} onClose={close} />}
      {asking === 'approve' && <ApproveSheet view={view} onClose={close} />}
      {asking === 'reopen' && (
        <ReasonSheet
          title={say('reopenTitle')}
          reasons={[]}
          send={say('reopenSend')}
          onSend={(reason) => void reopen({ id: view.id, seen: view.seen }, reason)}
          onClose={close}
        />
      )}
    </footer>
  )
}
