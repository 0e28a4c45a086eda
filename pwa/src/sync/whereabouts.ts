/** Where a thing is, in the eight states people see (design, States); the first of a list is the worst. */

import type { OwnChange } from '../core/change.ts'
import { rowKey } from '../core/overlay.ts'
import type { AnyRow } from '../core/rows.ts'
import type { KeptPhoto, Outbox, RefusedChange, SettledChange } from '../database/outbox.ts'

export type Whereabouts = 'phone' | 'send' | 'server' | 'full' | 'refused' | 'clash' | 'held' | 'lost'

export const WORST_FIRST: readonly Whereabouts[] = [
  'refused',
  'clash',
  'lost',
  'held',
  'send',
  'phone',
  'server',
  'full',
]

/** The worst of several states; `full` when there is nothing to say. */
export function worst(states: Iterable<Whereabouts>): Whereabouts {
  let rank = WORST_FIRST.length - 1
  for (const state of states) rank = Math.min(rank, WORST_FIRST.indexOf(state))
  return WORST_FIRST[rank] ?? 'full'
}

/** What the outbox holds of one inspection (or task). */
export interface OwnWork {
  waiting: OwnChange[]
  settled: SettledChange[]
  refused: RefusedChange[]
  photos: Map<string, KeptPhoto>
}

/** All own work under a root; `held` ones stay in it for as long as settled changes are kept. */
export async function ownWork(outbox: Outbox, root: string): Promise<OwnWork> {
  const [waiting, settled, refused, photos] = await Promise.all([
    outbox.changes.where('root').equals(root).toArray(),
    outbox.settled.where('root').equals(root).toArray(),
    outbox.refused.where('root').equals(root).toArray(),
    outbox.photos.where('root').equals(root).toArray(),
  ])
  return {
    waiting,
    settled,
    refused: refused.filter((change) => !change.discarded_at),
    photos: new Map(photos.map((photo) => [photo.id, photo])),
  }
}

/** The changes that are laid on the confirmed rows. */
export function laidOn(work: OwnWork): OwnChange[] {
  const taken = work.settled.filter((change) => change.landed === 0 && change.outcome !== 'held')
  return [...taken, ...work.waiting]
}

const touches = (change: OwnChange, path: string) => change.set !== undefined && path in change.set

/** Where a field of a record is; without a path, the worst of the record. */
export function stateOf(work: OwnWork, type: string, id: string, row: AnyRow | undefined, path?: string): Whereabouts {
  const about = (change: OwnChange) =>
    rowKey(change.type, change.id) === rowKey(type, id) && (path === undefined || touches(change, path))
  const states: Whereabouts[] = []
  if (work.refused.some(about)) states.push('refused')
  if (row?.open && (path === undefined ? Object.keys(row.open).length > 0 : row.open[path])) states.push('clash')
  if (work.settled.some((change) => change.outcome === 'held' && about(change))) states.push('held')
  if (work.waiting.some(about)) states.push('phone')
  return worst([...states, 'server'])
}

/** Where a photo is: record and picture go separate ways, and only `stored_at` says that both have arrived. */
export function photoState(work: OwnWork, id: string, row: AnyRow | undefined): Whereabouts {
  const kept = work.photos.get(id)
  const stored = row !== undefined && 'stored_at' in row && row.stored_at !== null
  if (stored) return 'full'
  const record = stateOf(work, 'photo', id, row)
  if (record === 'refused') return 'refused'
  if (kept?.lost_at) return 'lost'
  if (record === 'held') return 'held'
  if (record === 'phone') return 'phone'
  return kept && !kept.uploads.full?.done_at ? 'phone' : 'server'
}
