/** Tells at once what a gesture of this tab has put on disk, so that nobody has to read it back to know. */

import type { Store } from './open.ts'
import type { Outbox } from './outbox.ts'

export interface Saved {
  store: Store
  /** The numbers of its changes; of a change that was written into a waiting one, the number of that. */
  numbers: readonly number[]
}

const hearers = new Set<(saved: Saved) => void>()
const writing = new WeakMap<Outbox, number>()

/** Hears of every gesture after its commit, before any screen draws it; returns what ends it. */
export function onSaved(hear: (saved: Saved) => void): () => void {
  hearers.add(hear)
  return () => hearers.delete(hear)
}

/** Whether a gesture is being written: whoever hears of a commit now may wait for its end, which comes at once. */
export const isWriting = (outbox: Outbox): boolean => (writing.get(outbox) ?? 0) > 0

/** Notes that a gesture is being written; call what it returns once it is over, with what was saved. */
export function beginGesture(store: Store): (numbers: readonly number[]) => void {
  const { outbox } = store
  writing.set(outbox, (writing.get(outbox) ?? 0) + 1)
  return (numbers) => {
    writing.set(outbox, (writing.get(outbox) ?? 1) - 1)
    for (const hear of hearers) hear({ store, numbers })
  }
}
