/** Remembers what was read from the cache until the next page of the server is applied: taps change the outbox alone. */

import type { Cache } from './cache.ts'
import { commitsTo } from './mutations.ts'

interface Memory {
  page: number
  /** Commits heard of when the page was last looked up: while there are no more, nobody need look again. */
  commits: number
  values: Map<string, unknown>
}

const memories = new WeakMap<Cache, Memory>()

/** What was read under this key, if it is known to be still true; `undefined` says nothing. Not within a write. */
export function remembered<T>(cache: Cache, key: string): T | undefined {
  const known = memories.get(cache)
  return known && known.commits === commitsTo(cache.state) ? (known.values.get(key) as T | undefined) : undefined
}

/** Reads once a page; what comes back is shared: read it, never write it. `read` may use the cache alone. */
export async function oncePerPage<T>(cache: Cache, key: string, read: () => Promise<T>): Promise<T> {
  const known = remembered<T>(cache, key)
  if (known !== undefined) return known
  const commits = commitsTo(cache.state)
  return cache.transaction('r', cache.tables, async () => {
    const page = await cache.page()
    const memory = memories.get(cache)
    if (memory?.page === page && memory.values.has(key)) {
      memory.commits = commits
      return memory.values.get(key) as T
    }
    const value = await read()
    const after = memories.get(cache)
    if (after?.page === page) {
      after.values.set(key, value)
      after.commits = commits
    } else memories.set(cache, { page, commits, values: new Map([[key, value]]) })
    return value
  })
}
