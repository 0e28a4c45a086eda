import { useState } from 'preact/hooks'
import { confirmedRow } from '../database/confirmed.ts'
import { useLive } from '../database/live.ts'
import { store } from '../database/open.ts'
import { getInspection } from '../inspections/queries.ts'
import { statusWord } from '../inspections/words.ts'
import { go } from '../router.ts'
import { say as settle } from '../settle/say.ts'
import { type Told, told } from '../settle/words.ts'
import { moment } from '../texts/format.ts'
import '../ui/Button.css'
import { toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { Sheet } from '../ui/Sheet.tsx'
import { say } from './say.ts'
import { discardRefused, type RefusedWork, retryAsNew } from './status.ts'

interface Refused {
  told: Told | null
  /** The state of the inspection it was for, where that is why. */
  now: string | null
}

/** What the change was, field by field, and against what it stands. */
async function read({ id, type, record, root, item, code }: RefusedWork): Promise<Refused> {
  const { outbox, cache } = store()
  const [change, row, view] = await Promise.all([
    outbox.refused.get(id),
    confirmedRow(cache, type, record),
    getInspection(root),
  ])
  const content = change && {
    ...(change.set && { set: change.set }),
    ...(change.act && { act: change.act }),
    ...(change.with && { with: change.with }),
  }
  const around = { row, edition: view?.edition, item: item ?? undefined }
  return {
    told: content ? told({ type, clock: 0, content }, around, Date.now()) : null,
    now: view && STATE.includes(code) ? statusWord(view.inspection.status) : null,
  }
}

/** Refusals that speak of the state of an inspection. */
const STATE: readonly string[] = ['wrong_state', 'locked']

const useRefused = (work: RefusedWork) => useLive(() => read(work), [work.id.join()])

function Deed({ told: { lines } }: { told: Told }) {
  if (lines.length === 0) return null
  return (
    <ul class="card card-pad deed">
      {lines.map(({ name, value, now }) => (
        <li key={name + value}>
          {name && <span class="dim">{name}</span>} {value}
          {now && <span class="small dim deed-now">{settle('now', { what: now })}</span>}
        </li>
      ))}
    </ul>
  )
}

interface Props {
  work: RefusedWork
  title: string
  /** What it was about, and why it was not taken. */
  what: string
  why: string
  onClose: () => void
}

/** A change that was not taken: change it, send it again, or set it aside. */
export function WorkSheet({ work, title, what, why, onClose }: Props) {
  const [sure, ask] = useState(false)
  const refused = useRefused(work)
  // what the state forbids will be refused again: one looks first
  const again = !STATE.includes(work.code) || work.type === 'task'

  const resend = useOnce(async () => {
    await retryAsNew(work.id)
    toast(say('resent'))
    onClose()
  })

  const keep = useOnce(async () => {
    const { keepWork } = await import('./keepWork.ts')
    await keepWork(work, { what, why })
    toast(say('kept'))
  })

  const discard = useOnce(async () => {
    if (!sure) return ask(true)
    await discardRefused(work.id)
    toast(say('discarded'))
    onClose()
  })

  return (
    <Sheet title={title} onClose={onClose}>
      <p class="gap">
        {why} {refused?.now && say('nowIs', { status: refused.now })}
      </p>
      {refused?.told && <Deed told={refused.told} />}
      <p class="small dim n">
        {[what, say('atTime', { when: moment(work.at, Date.now()) })].filter(Boolean).join(' · ')}
      </p>
      <div class="sheet-a">
        {work.type !== 'task' && (
          <button
            type="button"
            class={again ? 'btn btn-line btn-l' : 'btn btn-go btn-l'}
            onClick={() => go(work.place)}
          >
            {say('openIt')}
          </button>
        )}
        <button type="button" class={again ? 'btn btn-go btn-l' : 'btn btn-line btn-l'} onClick={() => resend()}>
          {say('resend')}
        </button>
        <button type="button" class="btn btn-line btn-l" onClick={() => keep()}>
          {say('keepIt')}
        </button>
        <button type="button" class={sure ? 'btn btn-fail btn-l' : 'btn btn-text'} onClick={() => discard()}>
          {say('discard')}
        </button>
      </div>
      {sure && (
        <p class="hint mid" role="alert">
          {say('discardAsk')}
        </p>
      )}
    </Sheet>
  )
}
