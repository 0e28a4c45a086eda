/** Live queries: a screen redraws when what it read from disk has changed, in this tab or another. */

import { liveQuery } from 'dexie'
import { useEffect, useState } from 'preact/hooks'
import { onCommit } from './mutations.ts'
import { store } from './open.ts'

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

/** What is beside the point of a screen may lag a commit by this many milliseconds. */
const LAG = 400

/** Like `useLive`, for what a tap must not wait for: it is read again a moment after the last commit. */
export function useLater<T>(read: () => Promise<T>, keys: readonly unknown[]): T | undefined {
  const [held, hold] = useState<{ keys: readonly unknown[]; value: T }>()
  useEffect(() => {
    let over = false
    const look = () => {
      read().then(
        (value) => over || hold({ keys, value }),
        (problem: unknown) => over || console.warn('a query failed and will run again with the next change', problem),
      )
    }
    const end = onCommit(store(), LAG, look)
    look()
    return () => {
      over = true
      end()
    }
  }, keys)
  return held && same(held.keys, keys) ? held.value : undefined
}
