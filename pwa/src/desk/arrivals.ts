/** Hears of rows that came from the server, or left, in this tab or in the one that syncs for all. */

import Dexie, { type ObservabilitySet, RangeSet, rangesOverlap } from 'dexie'
import type { RecordType } from '../contract/records.ts'
import type { Cache } from '../database/cache.ts'

/** Calls `hear` at every commit to the cache that touches a row of one of the types; returns what ends it. */
export function onArrival(cache: Cache, types: readonly RecordType[], hear: () => void): () => void {
  // both tables have the type in front of their key, and no key is above an empty list
  const places = [cache.rows, cache.packs].map((table) => `idb://${table.db.name}/${table.name}/`)
  const wanted = types.map((type) => new RangeSet([type], [type, []]))
  const heard = (parts: ObservabilitySet) => {
    const touched = places.flatMap((place) => parts[place] ?? [])
    if (touched.some((some) => wanted.some((one) => rangesOverlap(one, some)))) hear()
  }
  Dexie.on('storagemutated', heard)
  return () => Dexie.on.storagemutated.unsubscribe(heard)
}
