/** What is shown: confirmed rows with own work laid on, read in one go so that a screen is of one moment. */

import Dexie from 'dexie'
import type { RecordType } from '../contract/records.ts'
import type { OwnChange } from '../core/change.ts'
import { type Me, overlay, type RowSet } from '../core/overlay.ts'
import type { Row } from '../core/rows.ts'
import { laidOn, type OwnWork, ownWork } from '../sync/whereabouts.ts'
import { confirmedInspection, confirmedOf, confirmedRows } from './confirmed.ts'
import { store } from './open.ts'
import type { Outbox } from './outbox.ts'

/** The person and device number under which this phone works. */
export async function me(): Promise<Me> {
  const { outbox, person } = store()
  return { person, device: (await outbox.numbers())?.device ?? 0 }
}

async function ownOfType(outbox: Outbox, type: RecordType): Promise<OwnChange[]> {
  const range: [[string, typeof Dexie.minKey], [string, typeof Dexie.maxKey]] = [
    [type, Dexie.minKey],
    [type, Dexie.maxKey],
  ]
  const waiting = await outbox.changes
    .where('[type+id]')
    .between(...range)
    .toArray()
  const settled = await outbox.settled.where('landed').equals(0).toArray()
  return [...settled.filter((change) => change.type === type && change.outcome !== 'held'), ...waiting]
}

/** All rows of a type that is not packed. */
export async function shownOf<T extends RecordType>(type: T): Promise<Row<T>[]> {
  const { cache, outbox } = store()
  const rows = overlay(await confirmedOf(cache, type), await ownOfType(outbox, type), await me())
  return [...rows.values()] as unknown as Row<T>[]
}

export interface ShownInspection {
  rows: RowSet
  work: OwnWork
  me: Me
  /** The cursor this was built from: the `seen` of acts decided on it. */
  seen: number | null
}

/** An inspection with findings and photos, and what of it waits on this phone. */
export async function shownInspection(id: string, confirmed?: RowSet, seen?: number): Promise<ShownInspection> {
  const { cache, outbox } = store()
  // The cursor is read first: a page that comes in between makes the act stale, never unseen.
  const cursor = seen ?? (await cache.cursor())
  const [base, work, own] = await Promise.all([confirmed ?? confirmedInspection(cache, id), ownWork(outbox, id), me()])
  return { rows: overlay(base, laidOn(work), own), work, me: own, seen: cursor }
}

/** A single record under its root. */
export async function shownRow<T extends RecordType>(type: T, id: string): Promise<Row<T> | undefined> {
  const { cache, outbox } = store()
  const waiting = await outbox.changes.where('[type+id]').equals([type, id]).toArray()
  const settled = await outbox.settled.where('[type+id]').equals([type, id]).toArray()
  const laid = settled.filter((change) => change.landed === 0 && change.outcome !== 'held')
  const rows = overlay(await confirmedRows(cache, [[type, id]]), [...laid, ...waiting], await me())
  return rows.get(`${type}:${id}`) as Row<T> | undefined
}
