/** What goes into one push: changes in order, groups whole, within the limits of the wire. */

import type { Change } from '../contract/wire.ts'
import type { OwnChange } from '../core/change.ts'

export const MOST_CHANGES = 500
const MOST_BYTES = 200 * 1024

const encoder = new TextEncoder()

/** A change as it travels: without what only the phone needs. */
export function wireOf({ root: _root, device: _device, ...change }: OwnChange): Change {
  return change
}

/** Runs of changes that must stay together: a group, or a single change. */
function portions(waiting: readonly OwnChange[]): OwnChange[][] {
  const runs: OwnChange[][] = []
  for (const change of waiting) {
    const last = runs.at(-1)
    if (last && change.group !== undefined && last[0]?.group === change.group) last.push(change)
    else runs.push([change])
  }
  return runs
}

/** The first changes that fit into `most`; at least one change, or one whole group, however large. */
export function takeBatch(waiting: readonly OwnChange[], most: number): OwnChange[] {
  const batch: OwnChange[] = []
  let bytes = 0
  for (const run of portions(waiting)) {
    bytes += encoder.encode(JSON.stringify(run.map(wireOf))).length
    if (batch.length > 0 && (batch.length + run.length > most || bytes > MOST_BYTES)) break
    batch.push(...run)
  }
  return batch
}

/** Whether a batch cannot be made smaller: one change, or one group. */
export const isIndivisible = (batch: readonly OwnChange[]): boolean => portions(batch).length <= 1
