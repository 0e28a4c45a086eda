/** Hears of every commit to a person's databases, in this tab or another. */

import Dexie, { type Table } from 'dexie'
import type { Store } from './open.ts'

const placeOf = (table: Table) => `idb://${table.db.name}/${table.name}/`

/** The tables that the parts of a mutation speak of; a part names an index of one. */
const places = (parts: object) => new Set(Object.keys(parts).map((part) => part.slice(0, part.lastIndexOf('/') + 1)))

const counts = new Map<string, number>()
const hearers = new Set<(touched: ReadonlySet<string>) => void>()

// Dexie calls its hearers the last first. All of ours hang on this one: whoever is told of a commit finds it counted.
Dexie.on('storagemutated', (parts) => {
  const touched = places(parts)
  for (const place of touched) counts.set(place, (counts.get(place) ?? 0) + 1)
  // and it tells from within the transaction that is over: what is read now must not be read in that
  Dexie.ignoreTransaction(() => {
    for (const hear of hearers) hear(touched)
  })
})

/** How many commits to these tables this tab has heard of: what was read at the same count is still true. */
export const commitsTo = (...tables: readonly Table[]): number =>
  tables.reduce((sum, table) => sum + (counts.get(placeOf(table)) ?? 0), 0)

/** Calls `hear` in the task of every commit that touches one of the tables. */
export function atCommit(tables: readonly Table[], hear: () => void): () => void {
  const own = tables.map(placeOf)
  const heard = (touched: ReadonlySet<string>) => {
    if (own.some((place) => touched.has(place))) hear()
  }
  hearers.add(heard)
  return () => hearers.delete(heard)
}

/** Calls `hear` at most once in `pause` milliseconds while something is being written; returns what ends it. */
export function onCommit({ outbox, cache }: Store, pause: number, hear: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = atCommit([...outbox.tables, ...cache.tables], () => {
    timer ??= setTimeout(() => {
      timer = undefined
      hear()
    }, pause)
  })
  return () => {
    clearTimeout(timer)
    end()
  }
}
