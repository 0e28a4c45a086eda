/** A phone with its databases in memory, and rows as a server sends them. */

import type { RecordType } from '../../pwa/src/contract/records.ts'
import { blankRow, type Row } from '../../pwa/src/core/rows.ts'
import { closeStore, type Store, storeOf, useStoreOf } from '../../pwa/src/database/open.ts'

import { renumber } from '../../pwa/src/database/renumber.ts'

let phones = 0

/** A person nobody else in these tests is. */
export const somebody = (): string => `00000000-0000-7000-8000-${String(++phones).padStart(12, '0')}`

/** Opens the databases of a person and makes them the ones that acts use. */
export async function phoneOf(person = somebody(), device = 17): Promise<Store> {
  const store = storeOf(person)
  await renumber(store.outbox, device)
  useStoreOf(person)
  return store
}

/** As if the page had been killed and opened again: the same disk, nothing in memory. */
export function reopened(store: Store): Store {
  closeStore(store.person)
  const again = storeOf(store.person)
  useStoreOf(store.person)
  return again
}

/** A row of the server with some values. */
export function rowFrom<T extends RecordType>(type: T, id: string, rev: number, values: Partial<Row<T>> = {}): Row<T> {
  return { ...blankRow(type, id), rev, ...values }
}
