/** Whether what has not been sent lies in a rescue file. */

import type { Outbox } from '../database/outbox.ts'
import { isUnsent } from './unsent.ts'

/** Up to where a rescue file holds everything: the number of the next change then, and when it was made. */
export interface Rescued {
  device: number
  next: number
  at: number
}

const KEY = 'rescued'

/** Notes that a file with all that is unsent, as of `at`, has left this phone. */
export async function noteRescued(outbox: Outbox, at: number): Promise<void> {
  const numbers = await outbox.numbers()
  if (numbers) await outbox.meta.put({ device: numbers.device, next: numbers.next, at } satisfies Rescued, KEY)
}

/** Whether nothing would be lost with this outbox: all of it is on the server, set aside, or in a rescue file. */
export async function isRescued(outbox: Outbox): Promise<boolean> {
  const [noted, numbers, waiting, refused, photos] = await Promise.all([
    outbox.meta.get(KEY) as Promise<Rescued | undefined>,
    outbox.numbers(),
    outbox.changes.orderBy('n').last(),
    outbox.refused.filter((change) => !change.discarded_at).toArray(),
    outbox.photos.filter(isUnsent).toArray(),
  ])
  const rescued = noted && noted.device === numbers?.device ? noted : { next: 0, at: Number.NEGATIVE_INFINITY }
  return (
    (waiting?.n ?? -1) < rescued.next &&
    refused.every((change) => change.refused_at <= rescued.at) &&
    photos.every((photo) => photo.added_at <= rescued.at)
  )
}
