/** Reads off both databases where a person's work is. */

import type { RecordType } from '../contract/records.ts'
import { DECIDED } from '../contract/workflow.ts'
import type { OwnChange } from '../core/change.ts'
import { overlay, rowKey } from '../core/overlay.ts'
import type { AnyRow, ChangeId, Row } from '../core/rows.ts'
import type { CachedRow } from '../database/cache.ts'
import type { Store } from '../database/open.ts'
import type { KeptPhoto, RefusedChange, SettledChange } from '../database/outbox.ts'
import { type Unsent, unsentOf } from './unsent.ts'

/** What a change was about, for a line of a list. */
interface About {
  /** Names the change; hand it to `retryAsNew` or `discardRefused`. */
  id: ChangeId
  at: number
  type: RecordType
  record: string
  /** The inspection or task it belongs to. */
  root: string
  /** Code of the item, where it is about one. */
  item: string | null
  act: string | null
  /** Field paths it set. */
  paths: string[]
}

export interface RefusedWork extends About {
  /** Code of the catalogue. */
  code: string
  field: string | null
  /** Records that had changed since they were seen (`stale_view`). */
  changed: [string, string, number][]
}

export interface HeldWork extends About {
  code: string | null
}

export interface LostPhoto {
  id: string
  root: string
  item: string | null
}

export interface ConflictAt {
  inspection: string
  item: string
  path: string
}

export interface Standing {
  waiting: Unsent
  /** Photos taken on this phone that the server has, of all that it keeps account of. */
  photos: { stored: number; total: number }
  refused: RefusedWork[]
  held: HeldWork[]
  lost: LostPhoto[]
  conflicts: ConflictAt[]
  /** Server time of the last receipt, epoch milliseconds. */
  received_at: number | null
  replied_at: number | null
  /** Server clock minus phone clock. */
  clock_offset: number
}

type Items = (finding: string) => Promise<string | null>

/** Item codes by finding, from the cache or from the own change that made the finding. */
function itemsIn({ cache, outbox }: Store): Items {
  return async (finding) => {
    const row = (await cache.rows.get(['finding', finding]))?.row as Row<'finding'> | undefined
    if (row) return row.item
    const own = await outbox.changes.where('[type+id]').equals(['finding', finding]).first()
    const made = own ?? (await outbox.refused.filter((change) => change.id === finding).first())
    const item = made?.set?.['item']?.[0]
    return typeof item === 'string' ? item : null
  }
}

async function about(change: OwnChange & { device: number }, items: Items): Promise<About> {
  const of = change.set?.['of']?.[0] as { id: string } | undefined
  const finding = change.type === 'finding' ? change.id : of?.id
  return {
    id: [change.device, change.n],
    at: change.at,
    type: change.type as RecordType,
    record: change.id,
    root: change.root,
    item: finding ? await items(finding) : null,
    act: change.act ?? null,
    paths: Object.keys(change.set ?? {}),
  }
}

async function refusedWork(changes: RefusedChange[], items: Items): Promise<RefusedWork[]> {
  const shown = changes.filter((change) => !change.discarded_at)
  return Promise.all(
    shown.map(async (change) => ({
      ...(await about(change, items)),
      code: change.code,
      field: change.field ?? null,
      changed: change.changed ?? [],
    })),
  )
}

/** Held work waits until the inspection is decided, or until its value stands in the record. */
async function heldWork({ cache }: Store, changes: SettledChange[], items: Items): Promise<HeldWork[]> {
  const held: HeldWork[] = []
  for (const change of changes) {
    const root = (await cache.rows.get(['inspection', change.root]))?.row as Row<'inspection'> | undefined
    const row = (await cache.rows.get([change.type as RecordType, change.id]))?.row
    const taken = Object.values(row?.by ?? {}).some((by) => by.some(([d, n]) => d === change.device && n === change.n))
    if (taken || (root && DECIDED.includes(root.status))) continue
    held.push({ ...(await about(change, items)), code: change.code ?? null })
  }
  return held
}

/** Undecided fields, without those that own waiting edits have settled. */
async function conflictsIn({ cache, outbox, person }: Store, open: CachedRow[]): Promise<ConflictAt[]> {
  if (open.length === 0) return []
  const device = (await outbox.numbers())?.device ?? 0
  const conflicts: ConflictAt[] = []
  for (const { id, row } of open) {
    const finding = row as Row<'finding'>
    const root = (await cache.rows.get(['inspection', finding.inspection]))?.row as Row<'inspection'> | undefined
    if (!root || DECIDED.includes(root.status)) continue
    const own = await outbox.changes.where('[type+id]').equals(['finding', id]).toArray()
    const settled = await outbox.settled.where('[type+id]').equals(['finding', id]).toArray()
    const laid = [...settled.filter((change) => change.landed === 0), ...own]
    const key = rowKey('finding', id)
    const shown = overlay(new Map([[key, row as AnyRow]]), laid, { person, device }).get(key)
    for (const path of Object.keys(shown?.open ?? {})) {
      conflicts.push({ inspection: finding.inspection, item: finding.item, path })
    }
  }
  return conflicts
}

async function photosOf({ cache }: Store, photos: KeptPhoto[]): Promise<Standing['photos']> {
  const wanted = photos.filter((photo) => !photo.dropped_at && !photo.lost_at)
  const rows = await cache.rows.bulkGet(wanted.map((photo): [RecordType, string] => ['photo', photo.id]))
  const stored = wanted.filter((photo, index) => {
    const row = rows[index]?.row as Row<'photo'> | undefined
    return photo.released_at || row?.stored_at || row?.waived || row?.retracted
  })
  return { stored: stored.length, total: wanted.length }
}

/** Where everything is, as of now. */
export async function standing(at: Store): Promise<Standing> {
  const { outbox, cache } = at
  const items = itemsIn(at)
  const [waiting, refused, held, photos, open, state, received] = await Promise.all([
    unsentOf(outbox),
    outbox.refused.toArray(),
    outbox.settled.where('outcome').equals('held').toArray(),
    outbox.photos.toArray(),
    cache.rows.where('open').equals(1).toArray(),
    cache.syncState(),
    outbox.meta.get('received_at'),
  ])
  const lost = photos.filter((photo) => photo.lost_at && !photo.dropped_at && !photo.uploads.full?.done_at)
  return {
    waiting,
    photos: await photosOf(at, photos),
    refused: await refusedWork(refused, items),
    held: await heldWork(at, held, items),
    lost: await Promise.all(lost.map(async ({ id, root, finding }) => ({ id, root, item: await items(finding) }))),
    conflicts: await conflictsIn(at, open),
    received_at: typeof received === 'number' ? received : null,
    replied_at: state.replied_at,
    clock_offset: state.clock_offset,
  }
}
