/** Tells at once what a gesture of this tab has put on disk, so that nobody has to read it back to know. */

import type { Store } from './open.ts'

export interface Saved {
  store: Store
  /** The numbers of its changes; of a change that was written into a waiting one, the number of that. */
  numbers: readonly number[]
}

const hearers = new Set<(saved: Saved) => void>()

/** Hears of every gesture after its commit, before any screen draws it; returns what ends it. */
export function onSaved(hear: (saved: Saved) => void): () => void {
  hearers.add(hear)
  return () => hearers.delete(hear)
}

export function tellSaved(saved: Saved): void {
  for (const hear of hearers) hear(saved)
}
