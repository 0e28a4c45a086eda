/** Hears of every commit to a person's databases, in this tab or another, after a moment of quiet. */

import Dexie, { type Table } from 'dexie'
import type { Store } from './open.ts'

/** Calls `hear` in the task of every commit that touches one of the tables. */
export function atCommit(tables: readonly Table[], hear: () => void): () => void {
  const own = tables.map((table) => `idb://${table.db.name}/${table.name}/`)
  const heard = (parts: object) => {
    if (Object.keys(parts).some((part) => own.some((start) => part.startsWith(start)))) hear()
  }
  Dexie.on('storagemutated', heard)
  return () => Dexie.on.storagemutated.unsubscribe(heard)
}

/** Calls `hear` at most once in `pause` milliseconds while something is being written; returns what ends it. */
export function onCommit({ outbox, cache }: Store, pause: number, hear: () => void): () => void {
  const own = [`idb://${outbox.name}/`, `idb://${cache.name}/`]
  let timer: ReturnType<typeof setTimeout> | undefined
  const heard = (parts: object) => {
    if (timer !== undefined || !Object.keys(parts).some((part) => own.some((start) => part.startsWith(start)))) return
    timer = setTimeout(() => {
      timer = undefined
      hear()
    }, pause)
  }
  Dexie.on('storagemutated', heard)
  return () => {
    clearTimeout(timer)
    Dexie.on.storagemutated.unsubscribe(heard)
  }
}
