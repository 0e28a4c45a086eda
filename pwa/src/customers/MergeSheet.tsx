import { useState } from 'preact/hooks'
import type { Row } from '../core/rows.ts'
import { useLive } from '../database/live.ts'
import { call } from '../sync/http.ts'
import { syncNow } from '../sync/now.ts'
import { problemText } from '../sync/problemText.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Field } from '../ui/Field.tsx'
import { toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { Sheet } from '../ui/Sheet.tsx'
import { say } from '../visits/say.ts'
import { CustomerWords } from './CustomerPick.tsx'
import { type CustomerEntry, likeThis, listCustomers } from './queries.ts'

const MOST = 6

/** Who may be meant: those who are like this one, or whoever was searched for, in the same branch. */
async function candidates(one: Row<'customer'>, words: string): Promise<CustomerEntry[]> {
  if (!words) return (await likeThis(one.branch, one, one.id)).map((customer) => ({ customer, last: null }))
  const { entries } = await listCustomers({ search: words, limit: 4 * MOST })
  return entries.filter(({ customer }) => customer.branch === one.branch && customer.id !== one.id).slice(0, MOST)
}

/** Lets another customer stand for this one. The server does it at once, so it needs a signal. */
export function MergeSheet({ customer, onClose }: { customer: Row<'customer'>; onClose: () => void }) {
  const [words, setWords] = useState('')
  const [into, choose] = useState<Row<'customer'> | null>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const search = words.trim()
  const found = useLive(() => candidates(customer, search), [customer.id, search])
  const merge = useOnce(async () => {
    if (!into) return
    const body = JSON.stringify({ into: into.id })
    const answer = await call({ method: 'POST', url: `/api/customers/${customer.id}/merge`, body })
    if (answer.kind !== 'ok') {
      setWrong(answer.kind === 'problem' ? problemText(answer.code) : say('mergeOffline'))
      return
    }
    syncNow()
    toast(say('mergedToast', { name: into.name }))
    onClose()
  })
  return (
    <Sheet title={say('mergeTitle', { name: customer.name })} onClose={onClose}>
      <p class="small dim">{say('mergeText')}</p>
      <div class="gap">
        <Field label={say('findCustomerLabel')} value={words} onInput={setWords} input={{ type: 'search' }} />
      </div>
      <ul class="rows">
        {found?.map((entry) => (
          <li key={entry.customer.id}>
            <button
              type="button"
              class="row"
              aria-pressed={into?.id === entry.customer.id}
              onClick={() => choose(entry.customer)}
            >
              <CustomerWords entry={entry}>
                <span class="radio" />
              </CustomerWords>
            </button>
          </li>
        ))}
      </ul>
      <div role="alert">{wrong && <p class="hint c-fail">{wrong}</p>}</div>
      <div class="sheet-a">
        <button type="button" class="btn btn-line btn-l" onClick={onClose}>
          {t('cancel')}
        </button>
        <button type="button" class="btn btn-go btn-l" aria-disabled={!into} onClick={() => merge()}>
          {into ? say('mergeInto', { name: into.name }) : say('mergeChoose')}
        </button>
      </div>
    </Sheet>
  )
}
