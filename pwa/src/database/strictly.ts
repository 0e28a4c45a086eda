/** A write that is either on disk or known not to be: nothing is ever reported saved that is not. */

import type Dexie from 'dexie'

/** The phone has no room left; nothing of the gesture was saved. */
export class StorageFull extends Error {
  override name = 'StorageFull'
}

/** The disk would not take it, for whatever reason; nothing of the gesture was saved. */
export class NotKept extends Error {
  override name = 'NotKept'
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

/** Why nothing was saved, by a name the screen knows; a cause tells the rest. */
function told(problem: unknown): Error {
  if (named(problem, ['QuotaExceededError'])) return new StorageFull('no room left on this phone', { cause: problem })
  return new NotKept('nothing was saved', { cause: problem })
}

/**
 * Runs a write; a lost connection to the disk is opened anew once.
 * Rejects with `StorageFull` or `NotKept`: either way nothing of it is on disk.
 */
export async function strictly<T>(database: Dexie, write: () => PromiseLike<T>): Promise<T> {
  try {
    return await write()
  } catch (problem) {
    if (!isLostConnection(problem)) throw told(problem)
  }
  try {
    database.close({ disableAutoOpen: false })
    await database.open()
    return await write()
  } catch (problem) {
    throw told(problem)
  }
}
