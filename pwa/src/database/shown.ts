/** What is shown: confirmed rows with own work laid on, read in one go so that a screen is of one moment. */

import type { RecordType } from '../contract/records.ts'
import type { OwnChange } from '../core/change.ts'
import { type Me, overlay, type RowSet } from '../core/overlay.ts'
import type { Row } from '../core/rows.ts'
import { laidOn, NO_WORK, type OwnWork, ownWork } from '../sync/whereabouts.ts'
import { type ConfirmedInspection, confirmedInspection, confirmedInspections, confirmedOf } from './confirmed.ts'
import { type OutboxRead, outboxNow } from './held.ts'
import { store } from './open.ts'
import { takenUnder } from './taken.ts'

function ownOfType({ settled, waiting }: OutboxRead, type: RecordType): OwnChange[] {
  const laid = settled.filter((change) => change.type === type && change.landed === 0 && change.outcome !== 'held')
  return [...laid, ...waiting.filter((change) => change.type === type)]
}

/** All rows of a type that is not packed. */
export async function shownOf<T extends RecordType>(type: T): Promise<Row<T>[]> {
  const { cache, outbox, person } = store()
  const [confirmed, read] = await Promise.all([confirmedOf(cache, type), outboxNow(outbox)])
  const rows = overlay(confirmed, ownOfType(read, type), { person, device: read.device })
  return [...rows.values()] as unknown as Row<T>[]
}

export interface ShownInspection {
  id: string
  rows: RowSet
  work: OwnWork
  /** Up to where this is all there is: the `seen` of acts decided on it. */
  seen: number
}

function laid(id: string, confirmed: ConfirmedInspection, work: OwnWork, own: Me): ShownInspection {
  return { id, rows: overlay(confirmed.rows, laidOn(work), own), work, seen: confirmed.seen }
}

/** An inspection with findings and photos, and what of it waits on this phone; `fetched` is one the phone lacks. */
export async function shownInspection(id: string, fetched?: ConfirmedInspection): Promise<ShownInspection> {
  const { cache, outbox, person } = store()
  const [confirmed, { device, of }] = await Promise.all([
    fetched ?? confirmedInspection(cache, id),
    ownWork(outbox, id),
    takenUnder(outbox, id), // not shown: so that the next tap finds it in memory
  ])
  return laid(id, confirmed, of.get(id) ?? NO_WORK, { person, device })
}

/** All inspections; those without own work are the same objects as long as the confirmed rows are the same. */
export async function shownInspections(): Promise<ShownInspection[]> {
  const { cache, outbox, person } = store()
  const [confirmed, seen, { device, of }] = await Promise.all([
    confirmedInspections(cache),
    cache.seen(),
    ownWork(outbox),
  ])
  const ids = new Set([...confirmed.keys(), ...of.keys()])
  return [...ids].map((id) => {
    const held = confirmed.get(id)
    const work = of.get(id)
    if (held && !work) return asConfirmed(id, held)
    return laid(id, held ?? { rows: new Map(), seen }, work ?? NO_WORK, { person, device })
  })
}

const untouched = new WeakMap<ConfirmedInspection, ShownInspection>()

function asConfirmed(id: string, confirmed: ConfirmedInspection): ShownInspection {
  const known = untouched.get(confirmed)
  if (known) return known
  const shown = { id, rows: confirmed.rows, work: NO_WORK, seen: confirmed.seen }
  untouched.set(confirmed, shown)
  return shown
}
