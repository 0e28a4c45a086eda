/** Where all of a person's work is, for the chip and the sync screen. */

import { computed, signal } from '@preact/signals'
import type { ProblemCode } from '../contract/problems.ts'
import { onCommit } from '../database/mutations.ts'
import type { Store } from '../database/open.ts'
import { session } from '../people/session.ts'
import { pulse } from './pulse.ts'
import { type Standing, standing } from './standing.ts'
import { type Whereabouts, worst } from './whereabouts.ts'

export { discardRefused, retryAsNew } from './refused.ts'
export type { ConflictAt, HeldWork, LostPhoto, RefusedWork, Standing } from './standing.ts'

export interface SyncStatus extends Standing {
  /** The worst state of anything; `full` when all is on the server with its photos. */
  chip: Whereabouts
  sending: { done: number; total: number } | null
  reachable: boolean | null
  upgrade: boolean
  filling: number | null
  /** Why nothing is sent until the person signs in again. */
  paused: ProblemCode | null
}

const NOTHING: Standing = {
  waiting: { changes: 0, photos: 0, bytes: 0, oldest: null },
  photos: { stored: 0, total: 0 },
  refused: [],
  held: [],
  lost: [],
  conflicts: [],
  received_at: null,
  replied_at: null,
  clock_offset: 0,
}

const standingNow = signal<Standing>(NOTHING)

function chipOf(at: Standing, sending: boolean): Whereabouts {
  const states: Whereabouts[] = []
  if (at.refused.length > 0) states.push('refused')
  if (at.conflicts.length > 0) states.push('clash')
  if (at.lost.length > 0) states.push('lost')
  if (at.held.length > 0) states.push('held')
  if (at.waiting.changes > 0) states.push(sending ? 'send' : 'phone')
  if (at.photos.stored < at.photos.total) states.push('server')
  return worst(states)
}

export const syncStatus = computed<SyncStatus>(() => {
  const { sending, reachable, upgrade, filling, uploading } = pulse.value
  const at = standingNow.value
  const busy = sending !== null || uploading.size > 0
  return { ...at, chip: chipOf(at, busy), sending, reachable, upgrade, filling, paused: session.value?.paused ?? null }
})

/** The chip may lag a tap by this much; the tap itself never waits for it. */
const LAG = 400

/** Follows the databases of a person; call what it returns to stop. */
export function watchStanding(store: Store): () => void {
  let over = false
  const look = () => {
    standing(store).then(
      (now) => {
        if (!over) standingNow.value = now
      },
      (problem: unknown) => over || console.warn('the sync status could not be read', problem),
    )
  }
  const end = onCommit(store, LAG, look)
  look()
  return () => {
    over = true
    end()
    standingNow.value = NOTHING
  }
}
