/** Where a thing is, in the eight states people see (design, States); the first of a list is the worst. */

import type { OwnChange } from '../core/change.ts'
import { rowKey } from '../core/overlay.ts'
import type { AnyRow } from '../core/rows.ts'
import { type OutboxRead, outboxNow } from '../database/held.ts'
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

/** What the outbox holds of one inspection (or task) that is not over. */
export interface OwnWork {
  waiting: OwnChange[]
  /** Answered, but no confirmed row shows it yet; or held. */
  settled: SettledChange[]
  refused: RefusedChange[]
  photos: Map<string, KeptPhoto>
}

export interface AllOwnWork {
  device: number
  /** By root; a root without own work is not there. */
  of: Map<string, OwnWork>
}

function sorted(read: OutboxRead, root?: string): AllOwnWork {
  const of = new Map<string, OwnWork>()
  const at = (place: string): OwnWork | undefined => {
    if (root !== undefined && place !== root) return undefined
    const work = of.get(place) ?? { waiting: [], settled: [], refused: [], photos: new Map() }
    of.set(place, work)
    return work
  }
  for (const change of read.waiting) at(change.root)?.waiting.push(change)
  for (const change of read.settled) at(change.root)?.settled.push(change)
  for (const change of read.refused) at(change.root)?.refused.push(change)
  for (const photo of read.photos) if (!photo.released_at) at(photo.root)?.photos.set(photo.id, photo)
  return { device: read.device, of }
}

/** All own work, or that under one root. */
export const ownWork = async (outbox: Outbox, root?: string): Promise<AllOwnWork> =>
  sorted(await outboxNow(outbox), root)

export const NO_WORK: OwnWork = { waiting: [], settled: [], refused: [], photos: new Map() }

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
  if (work.settled.some((change) => change.outcome === 'held' && !change.decided && about(change))) states.push('held')
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
