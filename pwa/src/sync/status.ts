/** Where all of a person's work is, for the chip and the sync screen. */

import { batch, computed, signal } from '@preact/signals'
import type { ProblemCode } from '../contract/problems.ts'
import { atCommit, onCommit } from '../database/mutations.ts'
import type { Store } from '../database/open.ts'
import { onSaved } from '../database/saved.ts'
import { session } from '../people/session.ts'
import { pulse } from './pulse.ts'
import { type Standing, standing } from './standing.ts'
import { type Whereabouts, worst } from './whereabouts.ts'

export { discardRefused, retryAsNew } from './refused.ts'
export type { ConflictAt, DecidedWork, HeldWork, LostPhoto, RefusedWork, Standing, WaitingAt } from './standing.ts'

export interface SyncStatus extends Standing {
  /** The worst state of anything; `full` when all is on the server with its photos. Null until somebody has looked. */
  chip: Whereabouts | null
  /** Something was written to the outbox since the last look, or there was none: nothing is known to be complete. */
  unread: boolean
  sending: { done: number; total: number } | null
  /** Photos on their way at this moment, and how many of their bytes the server has. */
  uploading: { photos: number; bytes: number }
  reachable: boolean | null
  upgrade: boolean
  filling: number | null
  /** Why nothing is sent until the person signs in again. */
  paused: ProblemCode | null
}

const NOTHING: Standing = {
  next: 1,
  counts: { phone: 0, server: 0 },
  waitingAt: [],
  waiting: { changes: 0, photos: 0, bytes: 0, oldest: null },
  photos: { stored: 0, total: 0 },
  refused: [],
  held: [],
  decided: [],
  lost: [],
  conflicts: [],
  received_at: null,
  replied_at: null,
  clock_offset: 0,
}

/** What the last look found; null before the first. */
const looked = signal<Standing | null>(null)
const unread = signal(true)
/** Numbers of changes this tab has saved; a look that came later has counted them. */
const saved = signal<readonly number[]>([])

/** A tap counts at once, before anybody has looked again. */
function counted(at: Standing, numbers: readonly number[]): Standing {
  const more = new Set(numbers.filter((n) => n >= at.next)).size
  if (more === 0) return at
  const { counts, waiting } = at
  return {
    ...at,
    counts: { ...counts, phone: counts.phone + more },
    waiting: { ...waiting, changes: waiting.changes + more },
  }
}

function chipOf(at: Standing, sending: boolean, complete: boolean): Whereabouts {
  const states: Whereabouts[] = []
  if (at.refused.length > 0) states.push('refused')
  if (at.conflicts.length > 0) states.push('clash')
  if (at.lost.length > 0) states.push('lost')
  if (at.held.length > 0) states.push('held')
  if (at.waiting.changes > 0) states.push(sending ? 'send' : 'phone')
  if (at.photos.stored < at.photos.total) states.push('server')
  if (states.length === 0 && !complete) states.push('phone')
  return worst(states)
}

export const syncStatus = computed<SyncStatus>(() => {
  const { sending, reachable, upgrade, filling, uploading } = pulse.value
  const at = counted(looked.value ?? NOTHING, saved.value)
  const busy = sending !== null || uploading.size > 0
  const chip = looked.value && chipOf(at, busy, !unread.value)
  const paused = session.value?.paused ?? null
  let bytes = 0
  for (const gone of uploading.values()) bytes += gone
  const way = { photos: uploading.size, bytes }
  return { ...at, chip, unread: unread.value, sending, uploading: way, reachable, upgrade, filling, paused }
})

/** What a look costs is kept away from taps: it comes this many milliseconds after one. */
const LAG = 400

/** Follows the databases of a person; call what it returns to stop. */
export function watchStanding(store: Store): () => void {
  let over = false
  let commits = 0
  let seen = -1
  let again: ReturnType<typeof setTimeout> | undefined
  const take = (now: Standing, at: number) => {
    if (over || at < seen) return
    seen = at
    batch(() => {
      looked.value = now
      // numbers begin anew with another device number, so what came after every commit ends the count
      saved.value = at === commits ? [] : saved.peek().filter((n) => n >= now.next)
      if (at === commits) unread.value = false
    })
  }
  const look = () => {
    const at = commits
    standing(store).then(
      (now) => take(now, at),
      (problem: unknown) => {
        if (over) return
        console.warn('the sync status could not be read and will be tried again', problem)
        clearTimeout(again)
        again = setTimeout(look, LAG)
      },
    )
  }
  const ends = [
    atCommit([store.outbox.changes, store.outbox.photos], () => {
      commits += 1
      unread.value = true
    }),
    onSaved((one) => {
      if (one.store === store) saved.value = [...saved.peek(), ...one.numbers]
    }),
    onCommit(store, LAG, look),
  ]
  look()
  return () => {
    over = true
    clearTimeout(again)
    for (const end of ends) end()
    batch(() => {
      looked.value = null
      saved.value = []
      unread.value = true
    })
  }
}
