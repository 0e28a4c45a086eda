/** A write that is either on disk or known not to be: nothing is ever reported saved that is not. */

import type Dexie from 'dexie'

/** The phone has no room left; nothing of the gesture was saved. */
export class StorageFull extends Error {
  override name = 'StorageFull'
}

const LOST_CONNECTION = ['UnknownError', 'DatabaseClosedError', 'InvalidStateError', 'TransactionInactiveError']

function named(problem: unknown, names: readonly string[]): boolean {
  for (let at: unknown = problem; at instanceof Object; at = (at as { inner?: unknown }).inner) {
    if (names.includes((at as { name?: string }).name ?? '')) return true
  }
  return false
}

/** Whether the browser has let go of the disk: nothing will work on this connection any more. */
export const isLostConnection = (problem: unknown): boolean => named(problem, LOST_CONNECTION)

/** Runs a write; a lost connection to the disk is opened anew once, a full disk is told apart. */
export async function strictly<T>(database: Dexie, write: () => PromiseLike<T>): Promise<T> {
  try {
    return await write()
  } catch (problem) {
    if (named(problem, ['QuotaExceededError'])) throw new StorageFull('no room left on this phone')
    if (!isLostConnection(problem)) throw problem
    database.close({ disableAutoOpen: false })
    await database.open()
    return write()
  }
}
