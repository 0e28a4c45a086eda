/** Reads of what the server has confirmed. */

import type { RecordType } from '../contract/records.ts'
import { type RowSet, rowKey } from '../core/overlay.ts'
import type { Row } from '../core/rows.ts'
import { type Cache, type CachedRow, PACKED } from './cache.ts'
import { packed } from './reference.ts'

const asSet = (rows: Iterable<CachedRow>): RowSet => {
  const set: RowSet = new Map()
  for (const { type, id, row } of rows) set.set(rowKey(type, id), row)
  return set
}

/** The named rows, as far as they are here. */
export async function confirmedRows(cache: Cache, keys: [RecordType, string][]): Promise<RowSet> {
  const rows = await cache.rows.bulkGet(keys)
  return asSet(rows.filter((row) => row !== undefined))
}

/** One row, packed or not. */
export async function confirmedRow<T extends RecordType>(cache: Cache, type: T, id: string) {
  if (PACKED.includes(type)) return (await packed(cache, type)).get(id)
  return (await cache.rows.get([type, id]))?.row as Row<T> | undefined
}

/** An inspection with its findings and their photos. */
export async function confirmedInspection(cache: Cache, id: string): Promise<RowSet> {
  const [inspection, findings] = await Promise.all([
    cache.rows.get(['inspection', id]),
    cache.rows.where('parent').equals(id).toArray(),
  ])
  const photos = await cache.rows
    .where('parent')
    .anyOf(findings.map((finding) => finding.id))
    .toArray()
  return asSet([...(inspection ? [inspection] : []), ...findings, ...photos])
}

/** All rows of a type that is not packed. */
export async function confirmedOf(cache: Cache, type: RecordType): Promise<RowSet> {
  return asSet(await cache.rows.where('type').equals(type).toArray())
}
