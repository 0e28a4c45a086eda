/** Reads of what the server has confirmed. */

import type { RecordType } from '../contract/records.ts'
import { type RowSet, rowKey } from '../core/overlay.ts'
import type { AnyRow, Row } from '../core/rows.ts'
import { type Cache, type CachedRow, PACKED } from './cache.ts'
import { oncePerPage, remembered } from './memory.ts'
import { packed } from './reference.ts'

const inspectionKey = (id: string) => `inspection ${id}`
const typeKey = (type: RecordType) => `type ${type}`

const asSet = (rows: Iterable<CachedRow>): RowSet => {
  const set: RowSet = new Map()
  for (const { type, id, row } of rows) set.set(rowKey(type, id), row)
  return set
}

const isPacked = ([type]: [RecordType, string]) => PACKED.includes(type)

/** The named rows, as far as they are here, and up to where they are all there is. */
export function confirmedRows(cache: Cache, keys: [RecordType, string][]) {
  const lists = keys.filter(isPacked)
  const tables = [cache.rows, cache.state, ...(lists.length > 0 ? [cache.packs] : [])]
  return cache.transaction('r', tables, async () => {
    const plain = keys.filter((key) => !isPacked(key))
    const [rows, seen] = await Promise.all([cache.rows.bulkGet(plain), cache.seen()])
    const found = asSet(rows.filter((row) => row !== undefined))
    for (const [type, id] of lists) {
      const row = (await packed(cache, type)).get(id)
      if (row) found.set(rowKey(type, id), row as AnyRow)
    }
    return { rows: found, seen }
  })
}

/** What was read since the last page under one inspection, or else of the types that are asked for. */
function known(cache: Cache, root: string, keys: readonly [RecordType, string][]): ConfirmedInspection | undefined {
  const inspection = remembered<ConfirmedInspection>(cache, inspectionKey(root))
  if (inspection) return inspection
  const seen = remembered<number>(cache, 'seen')
  const types = [...new Set(keys.map(([type]) => type))].map((type) => remembered<RowSet>(cache, typeKey(type)))
  const [only] = types
  return seen !== undefined && only && types.length === 1 ? { rows: only, seen } : undefined
}

/** The rows of these keys, if all that could hold them was read since the last page; else `undefined`. */
export function knownRows(cache: Cache, root: string, keys: readonly [RecordType, string][]) {
  const held = known(cache, root, keys)
  if (!held) return undefined
  const rows: RowSet = new Map()
  for (const [type, id] of keys) {
    const row = held.rows.get(rowKey(type, id))
    if (row) rows.set(rowKey(type, id), row)
  }
  return { rows, seen: held.seen }
}

/** One row, packed or not. */
export async function confirmedRow<T extends RecordType>(cache: Cache, type: T, id: string) {
  if (PACKED.includes(type)) return (await packed(cache, type)).get(id)
  return (await cache.rows.get([type, id]))?.row as Row<T> | undefined
}

/** All rows of a type that is not packed. */
export async function confirmedOf(cache: Cache, type: RecordType): Promise<RowSet> {
  await oncePerPage(cache, 'seen', () => cache.seen())
  return oncePerPage(cache, typeKey(type), async () => asSet(await cache.rows.where('type').equals(type).toArray()))
}

/** What hangs on a record, and what hangs on that: its comments and photos, and the photos of the comments. */
export function confirmedUnder(cache: Cache, id: string): Promise<RowSet> {
  return oncePerPage(cache, `under ${id}`, async () => {
    const first = await cache.rows.where('parent').equals(id).toArray()
    const below = first.filter(({ type }) => type === 'comment').map((row) => row.id)
    const second = await cache.rows.where('parent').anyOf(below).toArray()
    return asSet([...first, ...second])
  })
}

export interface ConfirmedInspection {
  /** The inspection with its findings and their photos. */
  rows: RowSet
  /** Up to where it is all there is: the `seen` of acts decided on it. */
  seen: number
}

async function readInspection(cache: Cache, id: string): Promise<ConfirmedInspection> {
  const [inspection, findings, seen] = await Promise.all([
    cache.rows.get(['inspection', id]),
    cache.rows.where('parent').equals(id).toArray(),
    cache.seen(),
  ])
  const photos = await cache.rows
    .where('parent')
    .anyOf(findings.map((finding) => finding.id))
    .toArray()
  return { rows: asSet([...(inspection ? [inspection] : []), ...findings, ...photos]), seen }
}

/** An inspection as confirmed. */
export function confirmedInspection(cache: Cache, id: string): Promise<ConfirmedInspection> {
  return oncePerPage(cache, inspectionKey(id), () => readInspection(cache, id))
}

async function readInspections(cache: Cache): Promise<Map<string, ConfirmedInspection>> {
  const of = (type: RecordType) => cache.rows.where('type').equals(type).toArray()
  const [inspections, findings, photos, seen] = await Promise.all([
    of('inspection'),
    of('finding'),
    of('photo'),
    cache.seen(),
  ])
  const all = new Map(inspections.map((row) => [row.id, { rows: asSet([row]), seen }]))
  const inspectionOf = new Map(findings.map(({ id, parent }) => [id, parent]))
  for (const finding of findings) all.get(finding.parent)?.rows.set(rowKey('finding', finding.id), finding.row)
  for (const photo of photos) {
    all.get(inspectionOf.get(photo.parent) ?? '')?.rows.set(rowKey('photo', photo.id), photo.row)
  }
  return all
}

/** All inspections as confirmed, by id. */
export function confirmedInspections(cache: Cache): Promise<ReadonlyMap<string, ConfirmedInspection>> {
  return oncePerPage(cache, 'inspections', () => readInspections(cache))
}
