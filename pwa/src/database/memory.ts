/** Remembers what was read from the cache until the next page of the server is applied: taps change the outbox alone. */

import type { Cache } from './cache.ts'

interface Memory {
  page: number
  values: Map<string, unknown>
}

const memories = new WeakMap<Cache, Memory>()

/** Reads once a page; what comes back is shared: read it, never write it. `read` may use the cache alone. */
export function oncePerPage<T>(cache: Cache, key: string, read: () => Promise<T>): Promise<T> {
  return cache.transaction('r', cache.tables, async () => {
    const page = await cache.page()
    const known = memories.get(cache)
    if (known?.page === page && known.values.has(key)) return known.values.get(key) as T
    const value = await read()
    const memory = memories.get(cache)
    if (memory?.page === page) memory.values.set(key, value)
    else memories.set(cache, { page, values: new Map([[key, value]]) })
    return value
  })
}
