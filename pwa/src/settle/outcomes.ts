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

async function told(): Promise<Told[]> {
  const answer = await call({ method: 'GET', url: '/api/held/own' })
  return answer.kind === 'ok' && isObject(answer.body) ? (answer.body['held'] as Told[]) : []
}

/** Asks for what is not decided yet as far as this phone knows, and keeps what was. A photo left out is let go of. */
export async function takeOutcomes({ outbox }: Store, now: number): Promise<void> {
  const { settled, photos } = outbox
  const held = await settled.where('outcome').equals('held').toArray()
  const open = new Set(held.filter(({ decided }) => !decided).map(({ device, n }) => `${device} ${n}`))
  if (open.size === 0) return
  const news = (await told()).filter(({ change, status }) => status !== 'open' && open.has(change.join(' ')))
  if (news.length === 0) return
  await outbox.transaction('rw', settled, photos, async () => {
    for (const { change, status, decided_by_name: by, decided_at, reason } of news) {
      const one = await settled.get(change)
      if (!one || one.decided || status === 'open') continue
      await settled.put({ ...one, decided: { status, by, at: decided_at ?? now, reason: reason ?? '' } })
      if (one.type === 'photo' && one.set && status === 'dismissed') await photos.update(one.id, { dropped_at: now })
    }
  })
}
