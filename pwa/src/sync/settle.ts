/** What becomes of changes once the server has answered: settled or refused. */

import type { Result } from '../contract/wire.ts'
import type { OwnChange } from '../core/change.ts'
import type { Outbox, RefusedChange, SettledChange } from '../database/outbox.ts'
import { moved } from '../database/renumber.ts'
import { isStandIn } from './again.ts'

const KEPT_FOR = 30 * 24 * 3600 * 1000

function settled(change: OwnChange, result: Result | undefined, device: number, now: number): SettledChange {
  const { n: _n, outcome = 'applied', ...rest } = result ?? {}
  return { ...change, ...rest, outcome, device, settled_at: now, landed: 0 }
}

function refused(change: OwnChange, device: number, code: string, now: number, result?: Result): RefusedChange {
  const { n: _n, outcome: _outcome, ...rest } = result ?? {}
  return { ...change, ...rest, device, code, refused_at: now }
}

/** What a reply says of the changes its request carried. */
export interface Receipt {
  /** The number the changes were sent under. */
  device: number
  carried: readonly OwnChange[]
  epoch: number
  ack: number
  results: Result[]
}

/**
 * Takes the carried changes up to the `ack` out of the queue, in one transaction. Those behind them stay, even if the
 * server has them by another request: `results` says nothing of them, so a refusal would pass for applied. A server
 * older than the one this outbox works with by now has lost what it receipts, and so does another device number.
 */
export async function settleCarried(outbox: Outbox, receipt: Receipt, now: number): Promise<void> {
  const { device, epoch, ack, results } = receipt
  const carried = receipt.carried.map((change) => change.n).filter((n) => n <= ack)
  const { changes, refused: refusals, photos, meta } = outbox
  await outbox.transaction('rw', changes, outbox.settled, refusals, photos, meta, async () => {
    const [numbers, noted] = await Promise.all([outbox.numbers(), meta.get('epoch') as Promise<number | undefined>])
    if (numbers?.device !== device || (noted ?? epoch) > epoch) return
    await noteAck(outbox, { device, ack })
    const done = (await changes.bulkGet(carried)).filter((change) => change !== undefined)
    if (done.length === 0) return
    const told = new Map(results.map((result) => [result.n, result]))
    for (const change of done) {
      if (isStandIn(change)) continue
      const result = told.get(change.n)
      if (result?.outcome === 'refused') {
        await outbox.refused.put(refused(change, device, result.code ?? 'bad_value', now, result))
        await letGo(outbox, change)
      } else await outbox.settled.put(settled(change, result, device, now))
    }
    await changes.bulkDelete(carried)
  })
}

/** How many changes of a device the server has, by its own word: shown beside what this phone has. */
export interface Acked {
  device: number
  ack: number
}

/** Within a transaction of `settleCarried`. Most replies say what is known. */
async function noteAck({ meta }: Outbox, { device, ack }: Acked): Promise<void> {
  const known = (await meta.get('acked')) as Acked | undefined
  if (known?.device !== device || known.ack !== ack) await meta.put({ device, ack }, 'acked')
}

/** The record of a photo was refused: its picture has nowhere to go for now. */
async function letGo(outbox: Outbox, change: OwnChange): Promise<void> {
  if (change.type === 'photo' && change.set) await outbox.photos.update(change.id, { dropped_at: Date.now() })
}

/** The confirmed rows now show whatever became of the changes up to `through`; the oldest of them are let go. */
export async function markLanded(outbox: Outbox, device: number, through: number, now: number): Promise<void> {
  await outbox.settled
    .where('landed')
    .equals(0)
    .and((change) => change.device !== device || change.n <= through)
    .modify({ landed: 1 })
  await outbox.settled
    .where('settled_at')
    .below(now - KEPT_FOR)
    .and((change) => change.landed === 1 && (change.outcome !== 'held' || change.decided !== undefined))
    .delete()
}

/**
 * Keeps changes that no server can read as refused on this phone, and closes the gap in the numbers:
 * nothing at or after them was ever accepted, so the later ones move up.
 */
export async function refuseHere(outbox: Outbox, unreadable: OwnChange[], code: string, now: number): Promise<void> {
  await outbox.transaction('rw', outbox.changes, outbox.refused, outbox.photos, outbox.meta, async () => {
    const numbers = await outbox.numbers()
    const [first] = unreadable
    if (!numbers || !first) return
    const gone = new Set(unreadable.map((change) => change.n))
    // Their numbers go to other changes, so they are kept under negative ones that no change can have.
    const lowest = await outbox.refused
      .where('[device+n]')
      .between([numbers.device, Number.MIN_SAFE_INTEGER], [numbers.device, 0])
      .first()
    const free = (lowest?.n ?? 0) - unreadable.length
    for (const [index, change] of unreadable.entries()) {
      const why = index === 0 ? code : 'group_refused'
      const aside = { ...change, n: free + index, ...(change.group === undefined ? {} : { group: free }) }
      await outbox.refused.put(refused(aside, numbers.device, why, now))
      await letGo(outbox, change)
    }
    const later = await outbox.changes.where('n').aboveOrEqual(first.n).toArray()
    const staying = later.filter((change) => !gone.has(change.n))
    const order = new Map(staying.map((change, index) => [change.n, first.n + index]))
    await outbox.changes.where('n').aboveOrEqual(first.n).delete()
    await outbox.changes.bulkPut(
      staying.map((change) => moved(withoutBases(change, numbers.device, gone), numbers.device, numbers.device, order)),
    )
    const next = first.n + staying.length
    await outbox.meta.put({ ...numbers, next, sent: first.n - 1 }, 'numbers')
  })
}

/** An edit that no longer names changes which never reached the server. */
function withoutBases(change: OwnChange, device: number, gone: ReadonlySet<number>): OwnChange {
  if (!change.set) return change
  const set = Object.entries(change.set).map(([path, [value, ...bases]]) => [
    path,
    [value, ...(bases as [number, number][]).filter(([by, n]) => by !== device || !gone.has(n))],
  ])
  return { ...change, set: Object.fromEntries(set) }
}
