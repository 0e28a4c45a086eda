/** Live queries: a screen redraws when what it read from disk has changed, in this tab or another. */

import { liveQuery } from 'dexie'
import { useEffect, useState } from 'preact/hooks'

const same = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((key, index) => Object.is(key, b[index]))

/** The last result of `read`, or `undefined` before the first one. `keys` are all values `read` depends on. */
export function useLive<T>(read: () => Promise<T>, keys: readonly unknown[]): T | undefined {
  const [held, hold] = useState<{ keys: readonly unknown[]; value: T }>()
  useEffect(() => {
    const subscription = liveQuery(read).subscribe({
      next: (value) => hold({ keys, value }),
      error: (problem) => console.warn('a live query failed and will run again with the next change', problem),
    })
    return () => subscription.unsubscribe()
  }, keys)
  return held && same(held.keys, keys) ? held.value : undefined
}
