/** A number is shown only after it was noted on this phone that somebody looks; the note is sent when there is a signal. */

import { uuid7 } from '../core/ids.ts'
import { type Store, store } from '../database/open.ts'
import { call } from '../sync/http.ts'

/** That somebody looked at the number of a customer. */
interface Reveal {
  id: string
  customer: string
  at: number
}

const KEY = 'reveals'

async function noted({ outbox }: Store): Promise<Reveal[]> {
  return ((await outbox.meta.get(KEY)) as Reveal[] | undefined) ?? []
}

/** A transaction over the notes: several tabs may write them. */
function change(here: Store, next: (before: Reveal[]) => Reveal[]): Promise<unknown> {
  const { meta } = here.outbox
  return here.outbox.transaction('rw', meta, async () => meta.put(next(await noted(here)), KEY))
}

async function send({ id, customer, at }: Reveal): Promise<boolean> {
  const body = JSON.stringify({ id, at })
  const answer = await call({ method: 'POST', url: `/api/customers/${customer}/reveal`, body })
  // one that is out of reach by now can be noted by nobody
  return answer.kind === 'ok' || (answer.kind === 'problem' && answer.status === 404)
}

let sending: Promise<void> | undefined

/** Sends what was noted; what does not arrive stays for the next time. */
export function sendReveals(): Promise<void> {
  const here = store()
  sending ??= (async () => {
    for (const reveal of await noted(here)) {
      if (!(await send(reveal))) return
      await change(here, (before) => before.filter(({ id }) => id !== reveal.id))
    }
  })().finally(() => {
    sending = undefined
  })
  return sending
}

/** Notes that somebody looks at a number; resolves once that is on disk. */
export async function noteReveal(customer: string, now = Date.now()): Promise<void> {
  await change(store(), (before) => [...before, { id: uuid7(now), customer, at: now }])
  void sendReveals()
}
