/** Reads off both databases where a person's work is. */

import type { RecordType } from '../contract/records.ts'
import type { OwnChange } from '../core/change.ts'
import { overlay, type RowSet, rowKey, rowOf } from '../core/overlay.ts'
import type { ChangeId, Row } from '../core/rows.ts'
import { isDecided } from '../core/workflow.ts'
import type { CachedRow } from '../database/cache.ts'
import { confirmedRows } from '../database/confirmed.ts'
import { type OutboxRead, readOutbox } from '../database/held.ts'
import { oncePerPage } from '../database/memory.ts'
import type { Store } from '../database/open.ts'
import type { Decision, SettledChange } from '../database/outbox.ts'
import type { Acked } from './settle.ts'
import { countUnsent, isUnsent, type Unsent } from './unsent.ts'

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
  /** Where in the app it can be seen. */
  place: string
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

/** Work that was held, and what a supervisor decided about it. */
export interface DecidedWork extends HeldWork {
  decided: Decision
}

export interface LostPhoto {
  id: string
  /** Code of the catalogue, where the server could not take the picture; null where its bytes are gone. */
  code: string | null
  root: string
  item: string | null
  place: string
}

/** What waits of one inspection, visit, customer or task. */
export interface WaitingAt {
  root: string
  place: string
  changes: number
  photos: number
}

export interface ConflictAt {
  inspection: string
  item: string
  path: string
}

export interface Standing {
  /** The number of the next change: all below it are counted here. */
  next: number
  /** Changes made under this device's number, and how many of them the server says it has. */
  counts: { phone: number; server: number }
  waiting: Unsent
  /** Work that waits, by what it belongs to; the oldest first. */
  waitingAt: WaitingAt[]
  /** Photos taken on this phone that the server has, of all that it keeps account of. */
  photos: { stored: number; total: number }
  refused: RefusedWork[]
  held: HeldWork[]
  /** What was decided of late, the last first. */
  decided: DecidedWork[]
  lost: LostPhoto[]
  conflicts: ConflictAt[]
  /** Server time of the last receipt, epoch milliseconds. */
  received_at: number | null
  replied_at: number | null
  /** Server clock minus phone clock. */
  clock_offset: number
}

/** Everything one look needs, read in three transactions however much there is. */
interface Look {
  read: OutboxRead
  rows: RowSet
  open: CachedRow[]
}

/** What work on this phone may belong to, beside tasks. */
const ROOTS = ['inspection', 'visit', 'customer'] as const

function keysOf(read: OutboxRead, open: CachedRow[]): [RecordType, string][] {
  const keys = new Map<string, [RecordType, string]>()
  const want = (type: string, id: string) => keys.set(rowKey(type, id), [type as RecordType, id])
  for (const { root } of read.waiting) for (const type of ROOTS) want(type, root)
  for (const change of [...read.refused, ...read.settled]) {
    want(change.type, change.id)
    for (const type of ROOTS) want(type, change.root)
    const finding = findingOf(change)
    if (finding) want('finding', finding)
  }
  for (const photo of read.photos) {
    if (photo.released_at) continue
    want('photo', photo.id)
    want('finding', photo.finding)
    for (const type of ROOTS) want(type, photo.root)
  }
  for (const { row } of open) want('inspection', (row as Row<'finding'>).inspection)
  return [...keys.values()]
}

function findingOf(change: OwnChange): string | undefined {
  return change.type === 'finding' ? change.id : (change.set?.['of']?.[0] as { id: string } | undefined)?.id
}

/** The item of a finding, from the cache or from the own change that made the finding. */
function itemOf({ read, rows }: Look, finding: string | undefined): string | null {
  if (finding === undefined) return null
  const row = rowOf(rows, 'finding', finding)
  if (row) return row.item
  const made = [...read.waiting, ...read.settled, ...read.refused].find(
    ({ id, set }) => id === finding && set?.['item'],
  )
  const item = made?.set?.['item']?.[0]
  return typeof item === 'string' ? item : null
}

/** The screen of a root, by the row that is here or the own change that made it. */
function placeOf({ read, rows }: Look, root: string, item: string | null): string {
  const own = [...read.waiting, ...read.settled, ...read.refused]
  const is = (type: RecordType) =>
    rowOf(rows, type, root) !== undefined || own.some((change) => change.type === type && change.id === root)
  if (is('visit')) return `/visits/${root}`
  if (is('customer')) return `/customers/${root}`
  return item ? `/inspections/${root}/${item}` : `/inspections/${root}`
}

function about(change: OwnChange & { device: number }, look: Look): About {
  const item = itemOf(look, findingOf(change))
  return {
    id: [change.device, change.n],
    at: change.at,
    type: change.type as RecordType,
    record: change.id,
    root: change.root,
    item,
    place: placeOf(look, change.root, item),
    act: change.act ?? null,
    paths: Object.keys(change.set ?? {}),
  }
}

function refusedWork(look: Look): RefusedWork[] {
  return look.read.refused.map((change) => ({
    ...about(change, look),
    code: change.code,
    field: change.field ?? null,
    changed: change.changed ?? [],
  }))
}

/** So long a decision is told, ms. */
const TOLD_FOR = 14 * 24 * 3_600_000

function decidedWork(look: Look, now: number): DecidedWork[] {
  const told = look.read.settled.flatMap((change) =>
    change.decided && now - change.decided.at < TOLD_FOR
      ? [{ ...about(change, look), code: change.code ?? null, decided: change.decided }]
      : [],
  )
  return told.sort((a, b) => b.decided.at - a.decided.at)
}

/** Held work waits until somebody decides, or the inspection is decided, or its value stands in the record. */
function heldWork(look: Look): HeldWork[] {
  const waits = (change: SettledChange): boolean => {
    if (change.decided) return false
    const by = Object.values(look.rows.get(rowKey(change.type, change.id))?.by ?? {}).flat()
    const taken = by.some(([device, n]) => device === change.device && n === change.n)
    return !taken && !isDecided(rowOf(look.rows, 'inspection', change.root))
  }
  return look.read.settled
    .filter((change) => change.outcome === 'held' && waits(change))
    .map((change) => ({ ...about(change, look), code: change.code ?? null }))
}

/** Undecided fields, without those that own edits have settled, and those that wait for who reviews one's own work. */
function conflictsIn({ read, rows, open }: Look, person: string): ConflictAt[] {
  return open.flatMap(({ id, row }) => {
    const finding = row as Row<'finding'>
    const root = rowOf(rows, 'inspection', finding.inspection)
    if (!root || isDecided(root)) return []
    if (root.status === 'submitted' && (root.lead === person || root.members[person])) return []
    const own = [...read.settled.filter(({ outcome }) => outcome !== 'held'), ...read.waiting]
    const laid = own.filter((change) => change.type === 'finding' && change.id === id)
    const key = rowKey('finding', id)
    const shown = overlay(new Map([[key, row]]), laid, { person, device: read.device }).get(key)
    return Object.keys(shown?.open ?? {}).map((path) => ({ inspection: root.id, item: finding.item, path }))
  })
}

function waitingAt(look: Look): WaitingAt[] {
  const at = new Map<string, WaitingAt>()
  const of = (root: string) => {
    const known = at.get(root) ?? { root, place: placeOf(look, root, null), changes: 0, photos: 0 }
    at.set(root, known)
    return known
  }
  for (const { root } of look.read.waiting) of(root).changes += 1
  // the picture of work that was held waits with it, not for signal
  const held = look.read.settled.filter((change) => change.outcome === 'held' && !change.decided)
  const withIt = new Set(held.map((change) => change.id))
  for (const photo of look.read.photos) if (isUnsent(photo) && !withIt.has(photo.id)) of(photo.root).photos += 1
  return [...at.values()]
}

function photosOf({ read, rows }: Look): Standing['photos'] {
  const wanted = read.photos.filter((photo) => !photo.dropped_at && !photo.lost_at)
  const stored = wanted.filter((photo) => {
    const row = rowOf(rows, 'photo', photo.id)
    return photo.released_at || row?.stored_at || row?.waived || row?.retracted
  })
  return { stored: stored.length, total: wanted.length }
}

/** Where everything is, as of now. */
export async function standing({ outbox, cache, person }: Store): Promise<Standing> {
  const [read, received, acked, open] = await Promise.all([
    readOutbox(outbox),
    outbox.meta.get('received_at'),
    outbox.meta.get('acked') as Promise<Acked | undefined>,
    oncePerPage(cache, 'open', () => cache.rows.where('open').equals(1).toArray()),
  ])
  const [{ rows }, state] = await Promise.all([confirmedRows(cache, keysOf(read, open)), cache.syncState()])
  const look = { read, rows, open }
  const lost = read.photos.filter((photo) => photo.lost_at && !photo.dropped_at && !photo.uploads.full?.done_at)
  return {
    next: read.next,
    counts: { phone: read.next - 1, server: acked?.device === read.device ? acked.ack : 0 },
    waiting: countUnsent(read.waiting, read.photos),
    waitingAt: waitingAt(look),
    photos: photosOf(look),
    refused: refusedWork(look),
    held: heldWork(look),
    decided: decidedWork(look, Date.now()),
    lost: lost.map(({ id, root, finding, flaw }) => {
      const item = itemOf(look, finding)
      return { id, code: flaw ?? null, root, item, place: placeOf(look, root, item) }
    }),
    conflicts: conflictsIn(look, person),
    received_at: typeof received === 'number' ? received : null,
    replied_at: state.replied_at,
    clock_offset: state.clock_offset,
  }
}
