import { useState } from 'preact/hooks'
import { go } from '../router.ts'
import { moment } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { Sheet } from '../ui/Sheet.tsx'
import { discardRefused, type RefusedWork, retryAsNew } from './status.ts'

interface Props {
  work: RefusedWork
  /** What it was about, and why it was not taken. */
  what: string
  why: string
  onClose: () => void
}

/** A change that was not taken: change it, send it again, or set it aside. */
export function WorkSheet({ work, what, why, onClose }: Props) {
  const [sure, ask] = useState(false)

  const resend = useOnce(async () => {
    await retryAsNew(work.id)
    toast(t('resent'))
    onClose()
  })

  const keep = useOnce(async () => {
    const { keepWork } = await import('./keepWork.ts')
    await keepWork(work, { what, why })
    toast(t('kept'))
  })

  const discard = useOnce(async () => {
    if (!sure) return ask(true)
    await discardRefused(work.id)
    toast(t('discarded'))
    onClose()
  })

  return (
    <Sheet title={t('refusedTitle')} onClose={onClose}>
      <p class="gap">{why}</p>
      <p class="small dim n">
        {what} · {t('atTime', { when: moment(work.at, Date.now()) })}
      </p>
      <div class="sheet-a">
        {work.type !== 'task' && (
          <button type="button" class="btn btn-line btn-l" onClick={() => go(work.place)}>
            {t('openIt')}
          </button>
        )}
        <button type="button" class="btn btn-go btn-l" onClick={() => resend()}>
          {t('resend')}
        </button>
        <button type="button" class="btn btn-line btn-l" onClick={() => keep()}>
          {t('keepIt')}
        </button>
        <button type="button" class={sure ? 'btn btn-fail btn-l' : 'btn btn-text'} onClick={() => discard()}>
          {t('discard')}
        </button>
      </div>
      {sure && (
        <p class="hint mid" role="alert">
          {t('discardAsk')}
        </p>
      )}
    </Sheet>
  )
}
