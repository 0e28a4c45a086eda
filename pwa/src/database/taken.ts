/** Own edits that a server has taken, under one root: whoever edits the same field again had seen them. */

import { commitsTo } from './mutations.ts'
import type { Outbox, SettledChange } from './outbox.ts'

interface Memory {
  /** Commits heard of when this was true. */
  commits: number
  of: Map<string, readonly SettledChange[]>
}

const memories = new WeakMap<Outbox, Memory>()

/** Reads them from disk, the oldest first; held ones too, for they may still be taken in. */
export async function readTaken(outbox: Outbox, root: string): Promise<readonly SettledChange[]> {
  const commits = commitsTo(outbox.settled)
  const taken = (await outbox.settled.where('root').equals(root).toArray()).filter((change) => change.set)
  taken.sort((a, b) => a.settled_at - b.settled_at || a.n - b.n)
  if (commits === commitsTo(outbox.settled)) {
    const memory = memories.get(outbox)
    if (memory?.commits === commits) memory.of.set(root, taken)
    else memories.set(outbox, { commits, of: new Map([[root, taken]]) })
  }
  return taken
}

/** As they are held if nothing was settled since, else from disk. */
export async function takenUnder(outbox: Outbox, root: string): Promise<readonly SettledChange[]> {
  const memory = memories.get(outbox)
  const held = memory?.commits === commitsTo(outbox.settled) ? memory.of.get(root) : undefined
  return held ?? readTaken(outbox, root)
}
