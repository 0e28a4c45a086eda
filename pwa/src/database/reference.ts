/** Long reference lists, packed: found by id or scanned in memory, read from disk once per change. */

import Dexie from 'dexie'
import type { RecordType } from '../contract/records.ts'
import type { AnyRow, Row } from '../core/rows.ts'
import type { Cache, Pack } from './cache.ts'

const PACK_SIZE = 1000

interface Shelf {
  stamp: number
  packs: Map<number, AnyRow[]>
  pack_of: Map<string, number>
  by_id: Map<string, AnyRow>
}

/** One shelf a database and type; a stamp on disk tells whether it still holds. */
const shelves = new WeakMap<Cache, Map<RecordType, Shelf>>()

const stampKey = (type: RecordType) => `stamp:${type}`

async function stampOf(cache: Cache, type: RecordType): Promise<number> {
  return ((await cache.state.get(stampKey(type))) as number | undefined) ?? 0
}

function arrange(stamp: number, packs: Pack[]): Shelf {
  const shelf: Shelf = { stamp, packs: new Map(), pack_of: new Map(), by_id: new Map() }
  for (const pack of packs) {
    shelf.packs.set(pack.number, pack.rows)
    for (const row of pack.rows) {
      shelf.pack_of.set(row.id, pack.number)
      shelf.by_id.set(row.id, row)
    }
  }
  return shelf
}

async function shelfOf(cache: Cache, type: RecordType): Promise<Shelf> {
  const stamp = await stampOf(cache, type)
  const known = shelves.get(cache)?.get(type)
  if (known?.stamp === stamp) return known
  const shelf = arrange(stamp, await cache.packs.where('type').equals(type).toArray())
  const types = shelves.get(cache) ?? new Map<RecordType, Shelf>()
  shelves.set(cache, types.set(type, shelf))
  return shelf
}

/** All rows of a packed type by id. The map is shared: read it, never write it. */
export async function packed<T extends RecordType>(cache: Cache, type: T): Promise<ReadonlyMap<string, Row<T>>> {
  return (await shelfOf(cache, type)).by_id as unknown as ReadonlyMap<string, Row<T>>
}

/**
 * Puts rows into their packs, and takes rows out; inside the transaction of a page.
 * Only packs that are touched are written. The caller has already compared revisions.
 */
export async function repack(cache: Cache, type: RecordType, put: AnyRow[], gone: string[]): Promise<void> {
  if (put.length + gone.length === 0) return
  const shelf = await shelfOf(cache, type)
  const touched = new Map<number, AnyRow[]>()
  const open = (number: number): AnyRow[] => {
    const rows = touched.get(number) ?? [...(shelf.packs.get(number) ?? [])]
    touched.set(number, rows)
    return rows
  }
  for (const id of gone) {
    const number = shelf.pack_of.get(id)
    if (number === undefined) continue
    const rows = open(number)
    rows.splice(
      rows.findIndex((row) => row.id === id),
      1,
    )
  }
  const sizeOf = (number: number) => (touched.get(number) ?? shelf.packs.get(number) ?? []).length
  let last = Math.max(0, ...shelf.packs.keys())
  // A page of a long fill gets packs to itself: else each page would write the one before it once more.
  const fresh = put.filter((row) => !shelf.pack_of.has(row.id)).length
  if (fresh >= PACK_SIZE / 2 && sizeOf(last) > 0) last += 1
  for (const row of put) {
    const number = shelf.pack_of.get(row.id)
    if (number !== undefined) {
      const rows = open(number)
      rows[rows.findIndex((old) => old.id === row.id)] = row
      continue
    }
    if (sizeOf(last) >= PACK_SIZE) last += 1
    open(last).push(row)
  }
  await cache.packs.bulkPut([...touched].map(([number, rows]) => ({ type, number, rows })))
  await cache.state.put(shelf.stamp + 1, stampKey(type))
  Dexie.currentTransaction.on('complete', () => follow(shelf, touched, gone))
}

/** What was just committed is also put on the shelf in memory, so that a long fill does not read all packs again. */
function follow(shelf: Shelf, touched: Map<number, AnyRow[]>, gone: string[]): void {
  shelf.stamp += 1
  for (const id of gone) {
    shelf.by_id.delete(id)
    shelf.pack_of.delete(id)
  }
  for (const [number, rows] of touched) {
    shelf.packs.set(number, rows)
    for (const row of rows) {
      shelf.pack_of.set(row.id, number)
      shelf.by_id.set(row.id, row)
    }
  }
}

/** Empties a type's packs; inside a transaction. */
export async function clearPacked(cache: Cache, type: RecordType): Promise<void> {
  await cache.packs.where('type').equals(type).delete()
  await cache.state.put((await stampOf(cache, type)) + 1, stampKey(type))
}
