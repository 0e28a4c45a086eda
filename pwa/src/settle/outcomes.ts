/** What supervisors decided about one's own work that was held: asked of the server, kept with the work. */

import type { ChangeId } from '../core/rows.ts'
import type { Store } from '../database/open.ts'
import type { Decision } from '../database/outbox.ts'
import { call, isObject } from '../sync/http.ts'

interface Told {
  change: ChangeId
  status: Decision['status'] | 'open'
  decided_by_name: string
  decided_at: number | null
  reason: string | null
}

interface Answered {
  held: Told[]
  /** What to ask with the next time, so that only what was decided since is told. */
  next: number
}

async function ask(since: number | null): Promise<Answered | null> {
  const url = since === null ? '/api/held/own' : `/api/held/own?since=${since}`
  const answer = await call({ method: 'GET', url })
  return answer.kind === 'ok' && isObject(answer.body) ? (answer.body as unknown as Answered) : null
}

/** What is decided already may still be emptied, which does not hurry, milliseconds. */
const RARELY = 6 * 3_600_000

/** Since this start, for each person: when all of it was asked for last, and what to ask with for what came since. */
const looked = new Map<string, { all_at: number; next: number }>()

/**
 * Asks what was decided of held work, and keeps it: of all of it now and then, and while some waits of what was decided
 * since. A photo left out is let go of. Why it was decided so may be emptied later, with whom it tells of: then it is
 * emptied here too.
 */
export async function takeOutcomes({ outbox, person }: Store, now: number): Promise<void> {
  const { settled, photos } = outbox
  const held = await settled.where('outcome').equals('held').toArray()
  if (held.length === 0) return
  const last = looked.get(person)
  const since = last && now - last.all_at < RARELY ? last.next : null
  if (since !== null && held.every(({ decided }) => decided)) return
  const told = await ask(since)
  if (!told) return
  looked.set(person, { all_at: since === null ? now : (last?.all_at ?? now), next: told.next })
  const known = new Map(held.map(({ device, n, decided }) => [`${device} ${n}`, decided?.reason]))
  const isNews = ({ change, status, reason }: Told) =>
    status !== 'open' && known.has(change.join(' ')) && known.get(change.join(' ')) !== (reason ?? '')
  const news = told.held.filter(isNews)
  if (news.length === 0) return
  await outbox.transaction('rw', settled, photos, async () => {
    for (const { change, status, decided_by_name: by, decided_at, reason } of news) {
      const one = await settled.get(change)
      if (!one || status === 'open') continue
      await settled.put({ ...one, decided: { status, by, at: decided_at ?? now, reason: reason ?? '' } })
      const isLeft = !one.decided && one.type === 'photo' && one.set && status === 'dismissed'
      if (isLeft) await photos.update(one.id, { dropped_at: now })
    }
  })
}
