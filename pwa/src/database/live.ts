/** Live queries: a screen redraws when what it read has changed, in this tab or another. */

import { liveQuery } from 'dexie'
import { type StateUpdater, useEffect, useState } from 'preact/hooks'
import { atCommit, onCommit } from './mutations.ts'
import { type Store, store } from './open.ts'
import { isWriting, onSaved } from './saved.ts'

const same = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((key, index) => Object.is(key, b[index]))

interface Shown<T> {
  keys: readonly unknown[]
  value: T
}

/** Holds a result; one that is the same object redraws nothing. */
function shows<T>(keys: readonly unknown[], value: T): StateUpdater<Shown<T> | undefined> {
  return (before) => (before && Object.is(before.value, value) && same(before.keys, keys) ? before : { keys, value })
}

const failed = (problem: unknown) => console.warn('a query failed and will run again with the next change', problem)

/** All but the bytes of pictures, and what the engine notes for itself. */
const tablesOf = ({ outbox, cache }: Store) => [
  outbox.changes,
  outbox.settled,
  outbox.refused,
  outbox.photos,
  cache.state,
]

/**
 * Runs `read` now, after each gesture of this tab, and after the commits of others. What a tab holds in memory answers
 * without the disk, so that a tap is drawn in the task of its commit. Returns what ends it.
 */
function following<T>(read: () => Promise<T>, take: (value: T) => void): () => void {
  const here = store()
  let over = false
  let turn = 0
  let taken = 0
  let running = 0
  let missed = false
  const look = () => {
    const mine = ++turn
    running += 1
    missed = false
    read()
      .then((value) => {
        if (over || mine < taken) return
        taken = mine
        take(value)
      }, failed)
      .finally(() => {
        running -= 1
        if (missed && running === 0 && !over) look()
      })
  }
  const ends = [
    onSaved((saved) => saved.store === here && look()),
    atCommit(tablesOf(here), () => {
      if (isWriting(here.outbox)) return
      // the engine commits several times in a row: the last look is the one that counts
      if (running > 0) missed = true
      else look()
    }),
  ]
  look()
  return () => {
    over = true
    for (const end of ends) end()
  }
}

/** The last result of `read`, or `undefined` before the first one. `keys` are all values `read` depends on. */
export function useLive<T>(read: () => Promise<T>, keys: readonly unknown[]): T | undefined {
  const [held, hold] = useState<Shown<T>>()
  useEffect(() => following(read, (value) => hold(shows(keys, value))), keys)
  return held && same(held.keys, keys) ? held.value : undefined
}

/** Like `useLive`, for what is read from tables themselves and not from memory: pictures, another's outbox. */
export function useStored<T>(read: () => Promise<T>, keys: readonly unknown[]): T | undefined {
  const [held, hold] = useState<Shown<T>>()
  useEffect(() => {
    const subscription = liveQuery(read).subscribe({ next: (value) => hold(shows(keys, value)), error: failed })
    return () => subscription.unsubscribe()
  }, keys)
  return held && same(held.keys, keys) ? held.value : undefined
}

/** What is beside the point of a screen may lag a commit by this many milliseconds. */
const LAG = 400

/** Like `useLive`, for what a tap must not wait for: it is read again a moment after the last commit. */
export function useLater<T>(read: () => Promise<T>, keys: readonly unknown[]): T | undefined {
  const [held, hold] = useState<Shown<T>>()
  useEffect(() => {
    let over = false
    const look = () => {
      read().then((value) => over || hold(shows(keys, value)), failed)
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
