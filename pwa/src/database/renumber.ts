/** Takes the outbox over to another device number: what is unsent counts anew, in the same order. */

import type { OwnChange } from '../core/change.ts'
import type { ChangeId } from '../core/rows.ts'
import type { Outbox } from './outbox.ts'

/** A change under a new number, its bases and group following those of the changes that moved with it. */
export function moved(change: OwnChange, from: number, to: number, numbers: ReadonlyMap<number, number>): OwnChange {
  const base = (id: ChangeId): ChangeId => {
    const n = id[0] === from ? numbers.get(id[1]) : undefined
    return n === undefined ? id : [to, n]
  }
  const next: OwnChange = { ...change, n: numbers.get(change.n) ?? change.n }
  if (change.group !== undefined) next.group = numbers.get(change.group) ?? change.group
  if (change.set) {
    next.set = Object.fromEntries(
      Object.entries(change.set).map(([path, [value, ...bases]]) => [
        path,
        [value, ...(bases as ChangeId[]).map(base)],
      ]),
    )
  }
  return next
}

/** Counts under `device` from now on. Nothing happens if the outbox already does and was not forked. */
export async function renumber(outbox: Outbox, device: number): Promise<void> {
  await outbox.transaction('rw', outbox.changes, outbox.meta, async () => {
    const numbers = await outbox.numbers()
    if (numbers?.device === device) return
    const waiting = await outbox.changes.orderBy('n').toArray()
    const order = new Map(waiting.map((change, index) => [change.n, index + 1]))
    await outbox.changes.clear()
    await outbox.changes.bulkPut(waiting.map((change) => moved(change, numbers?.device ?? device, device, order)))
    await outbox.meta.put({ device, next: waiting.length + 1, sent: 0 }, 'numbers')
    await outbox.meta.put(device, 'device')
    await outbox.meta.delete('forked')
  })
}
