/** What a server that was restored from a backup lacks: it is sent again, under the numbers it had. */

import type { RecordType } from '../contract/records.ts'
import type { OwnChange } from '../core/change.ts'
import type { ChangeId, Row } from '../core/rows.ts'
import type { Store } from '../database/open.ts'
import type { Outbox, SettledChange } from '../database/outbox.ts'

/**
 * Stands for a number whose change is not sent again: one that was refused stays refused, one from before the time
 * for which settled changes are kept is no longer here. Every server refuses the act it does not know, so the number
 * is used up and nothing else happens.
 */
const STAND_IN = 'withdrawn'
const NOBODY = '00000000-0000-0000-0000-000000000000'

export const isStandIn = (change: OwnChange): boolean => change.act === STAND_IN

/** As it travels always the same for a number: a server compares what comes under it a second time. */
const standIn = (n: number, root: string): OwnChange => {
  return { n, at: 0, type: 'inspection', id: NOBODY, root, act: STAND_IN }
}

/** A change as it waits, without what was noted when it was answered. */
function bare(change: SettledChange): OwnChange {
  const { n, at, type, id, root, set, act, seen, with: args, group } = change
  const plain: OwnChange = { n, at, type, id, root }
  if (set !== undefined) plain.set = set
  if (act !== undefined) plain.act = act
  if (seen !== undefined) plain.seen = seen
  if (args !== undefined) plain.with = args
  if (group !== undefined) plain.group = group
  return plain
}

/** Whatever has a number from `first` up to what waits: as it was, or what stands for it. Inside a transaction. */
export async function lacking(outbox: Outbox, device: number, first: number): Promise<OwnChange[]> {
  const range: [ChangeId, ChangeId] = [
    [device, first],
    [device, Number.MAX_SAFE_INTEGER],
  ]
  const [settled, refused, waiting, numbers] = await Promise.all([
    outbox.settled
      .where('[device+n]')
      .between(...range, true, true)
      .toArray(),
    outbox.refused
      .where('[device+n]')
      .between(...range, true, true)
      .toArray(),
    outbox.changes.orderBy('n').first(),
    outbox.numbers(),
  ])
  const end = waiting?.n ?? numbers?.next ?? first
  const known = new Map<number, OwnChange>(refused.map(({ n, root }) => [n, standIn(n, root)]))
  for (const change of settled) known.set(change.n, bare(change))
  const like = known.values().next().value ?? waiting
  if (!like) return []
  const numbered = Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index)
  return numbered.map((n) => known.get(n) ?? standIn(n, like.root))
}

/** Puts changes from `first` on back into the queue: the server lacks them. False if there are none. */
export async function sendAgain(outbox: Outbox, device: number, first: number): Promise<boolean> {
  return outbox.transaction('rw', outbox.changes, outbox.settled, outbox.refused, outbox.meta, async () => {
    const again = await lacking(outbox, device, first)
    await outbox.changes.bulkPut(again)
    await outbox.settled.bulkDelete(again.map((change): ChangeId => [device, change.n]))
    return again.length > 0
  })
}

/**
 * Compares the epoch of a reply with the one this outbox last worked with, and sends again what a restored server
 * lacks: everything above its `ack`. It is noted in the outbox and in the same write, because the cache may go.
 * `older`: a server from before the restore has answered, and what it says it has is lost.
 */
export async function afterRestore(
  { outbox }: Store,
  device: number,
  { epoch, ack }: { epoch: number; ack: number },
  before: number | null,
): Promise<'older' | 'same' | 'lacking'> {
  return outbox.transaction('rw', outbox.changes, outbox.settled, outbox.refused, outbox.meta, async () => {
    const noted = (await outbox.meta.get('epoch')) as number | undefined
    const known = noted ?? before ?? epoch
    if (known > epoch) return 'older'
    if (noted === epoch) return 'same'
    await outbox.meta.put(epoch, 'epoch')
    if (known === epoch) return 'same'
    await outbox.meta.put(true, 'restored')
    return (await sendAgain(outbox, device, ack + 1)) ? 'lacking' : 'same'
  })
}

/**
 * A restored server no longer knows the number this phone counted under: it has nothing of what was settled under it,
 * and all of it waits again, for the number that is given instead.
 */
export async function afterRestoreWithout(outbox: Outbox, device: number, epoch: number): Promise<void> {
  await outbox.transaction('rw', outbox.changes, outbox.settled, outbox.meta, async () => {
    const noted = (await outbox.meta.get('epoch')) as number | undefined
    if (noted === undefined || noted >= epoch) return
    const settled = await outbox.settled
      .where('[device+n]')
      .between([device, 1], [device, Number.MAX_SAFE_INTEGER], true, true)
      .toArray()
    await outbox.changes.bulkPut(settled.map(bare))
    await outbox.settled.bulkDelete(settled.map((change): ChangeId => [device, change.n]))
    await outbox.meta.put(epoch, 'epoch')
    await outbox.meta.put(true, 'restored')
  })
}

/**
 * Once the rows of a restored server are all here: pictures it does not have are wanted again. One that has left this
 * phone cannot be sent, and is then found to be lost. While records of photos are still to be sent again, there will be
 * more to look at.
 */
export async function picturesAgain({ outbox, cache }: Store): Promise<void> {
  if (!(await outbox.meta.get('restored'))) return
  const photos = await outbox.photos
    .filter((photo) => Boolean(photo.released_at || photo.uploads.full?.done_at))
    .toArray()
  const rows = await cache.rows.bulkGet(photos.map(({ id }): [RecordType, string] => ['photo', id]))
  const lacking = photos.filter((_, index) => {
    const row = rows[index]?.row as Row<'photo'> | undefined
    return row && !row.stored_at && !row.waived && !row.retracted
  })
  await outbox.transaction('rw', outbox.photos, outbox.changes, outbox.meta, async () => {
    for (const photo of lacking) await outbox.photos.update(photo.id, { uploads: {}, released_at: undefined })
    const ahead = await outbox.changes.where('[type+id]').between(['photo', ''], ['photo', '\uffff']).count()
    if (ahead === 0) await outbox.meta.delete('restored')
  })
}
