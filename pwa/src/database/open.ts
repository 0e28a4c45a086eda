/** Which databases are open: two for the person who is signed in, none for anybody else. */

import { Cache } from './cache.ts'
import { Outbox } from './outbox.ts'

/** The databases of one person on this phone. */
export interface Store {
  person: string
  outbox: Outbox
  cache: Cache
}

const stores = new Map<string, Store>()
let current: Store | null = null

/** The databases of a person; opened on first use. */
export function storeOf(person: string): Store {
  const known = stores.get(person)
  if (known) return known
  const store = { person, outbox: new Outbox(person), cache: new Cache(person) }
  stores.set(person, store)
  return store
}

/** Makes a person's databases the ones that acts and queries use; `null` after signing out. */
export function useStoreOf(person: string | null): Store | null {
  current = person === null ? null : storeOf(person)
  return current
}

/** The databases of the person who is signed in; an act or query without one is a fault of ours. */
export function store(): Store {
  if (!current) throw new Error('nobody is signed in')
  return current
}

/** Lets go of connections that no longer answer; the next use opens them anew. */
export async function reopen(store: Store): Promise<void> {
  // Somebody who has left stays closed.
  if (stores.get(store.person) !== store) return
  const { outbox, cache } = store
  for (const database of [outbox, cache]) {
    database.close({ disableAutoOpen: false })
    await database.open()
  }
}

/** Closes a person's databases and forgets them, so that a test or another tab may open them anew. */
export function closeStore(person: string): void {
  const known = stores.get(person)
  known?.outbox.close()
  known?.cache.close()
  stores.delete(person)
  if (current === known) current = null
}
