/** Has the browser forget the pictures it drew, once some of them are no longer in sight: it keeps them for a year. */

import type { Store } from '../database/open.ts'
import { call } from './http.ts'
import { DRAWN } from './release.ts'

/**
 * No page can look into what the browser keeps without asking for each picture; an answer of the server empties it. What
 * is drawn again comes again. It stays noted until that has been answered.
 */
export async function forgetDrawn({ outbox }: Store, device: number): Promise<void> {
  const noted = await outbox.meta.get(DRAWN)
  if (noted === undefined) return
  const answer = await call({ method: 'DELETE', url: `/api/devices/${device}/shown` })
  if (answer.kind !== 'ok') return
  await outbox.transaction('rw', outbox.meta, async () => {
    if ((await outbox.meta.get(DRAWN)) === noted) await outbox.meta.delete(DRAWN)
  })
}
