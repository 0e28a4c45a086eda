/**
 * The one way a gesture is saved: a single strict transaction that puts its changes into the outbox.
 * What is shown is the confirmed row with these changes laid on, so the same commit is also what redraws the screen:
 * in its task, from what this tab holds, without reading back what it has just written.
 */

import type { RecordType } from '../contract/records.ts'
import type { OwnChange } from '../core/change.ts'
import { allHeads, basesOf, type Me, overlay, type RowSet, rowKey } from '../core/overlay.ts'
import { confirmedRows, knownRows } from './confirmed.ts'
import { follow, heldOutbox, type OutboxRead, outboxCommits, readWithin } from './held.ts'
import { type Store, store } from './open.ts'
import type { Outbox, SettledChange } from './outbox.ts'
import { beginGesture } from './saved.ts'
import { strictly } from './strictly.ts'
import { readTaken, takenUnder } from './taken.ts'

/** One change before it has a number and bases. */
export interface Draft {
  type: RecordType
  id: string
  /** Field path -> value. */
  set?: Record<string, unknown>
  /** The edit picks between values that were shown side by side. */
  settles?: boolean
  act?: string
  with?: Record<string, unknown>
  /** Up to where the screen showed everything; left out, what this phone has now. */
  seen?: number
}

export interface Gesture {
  root: string
  /** The records whose shown state decides what is to be done. */
  reads: [RecordType, string][]
  /** Decides from what is shown; returns the changes, which travel as one if they are several. */
  decide: (shown: RowSet, me: Me) => Draft[]
  /** What else must be on disk together with the changes. */
  also?: (outbox: Outbox) => Promise<void>
}

/** What a gesture is decided on. */
interface Ground {
  /** The confirmed rows it reads, and up to where they are all there is. */
  confirmed: RowSet
  seen: number
  read: OutboxRead
  /** Own edits under its root that a server has taken, oldest first. */
  taken: readonly SettledChange[]
}

/** What is to be written: new changes, or one that takes the place of a waiting one. */
interface Plan {
  changes: OwnChange[]
  twin: boolean
}

function ownOf({ waiting, settled }: OutboxRead, gesture: Gesture): OwnChange[] {
  const read = new Set(gesture.reads.map(([type, id]) => rowKey(type, id)))
  const about = (change: OwnChange) => read.has(rowKey(change.type, change.id))
  const laid = settled.filter((change) => change.landed === 0 && change.outcome !== 'held' && about(change))
  return [...laid, ...waiting.filter(about)]
}

/** What the bases of a new change are read off. */
interface Seen {
  shown: RowSet
  /** Own edits, waiting ones last. */
  words: readonly OwnChange[]
  me: Me
}

function numbered(draft: Draft, { shown, words, me }: Seen, root: string, n: number, at: number): OwnChange {
  const row = shown.get(rowKey(draft.type, draft.id))
  const own = words.filter((change) => change.type === draft.type && change.id === draft.id)
  const change: OwnChange = { n, at, type: draft.type, id: draft.id, root }
  if (draft.set) {
    const bases = draft.settles ? allHeads : basesOf
    change.set = Object.fromEntries(
      Object.entries(draft.set).map(([path, value]) => [path, [value, ...bases(row, path, own, me)]]),
    )
  }
  if (draft.act) change.act = draft.act
  if (draft.with && Object.keys(draft.with).length > 0) change.with = draft.with
  if (draft.seen !== undefined) change.seen = draft.seen
  return change
}

const samePaths = (a: object, b: object) => Object.keys(a).sort().join('\n') === Object.keys(b).sort().join('\n')

/** The change an edit may still be written into: the last of its record, alone, the same fields, never yet sent. */
function unsentTwin({ waiting, sent }: OutboxRead, draft: Draft, root: string): OwnChange | undefined {
  if (!draft.set || draft.settles) return undefined
  const last = waiting.filter((change) => change.root === root).at(-1)
  if (!last?.set || last.n <= sent || last.group !== undefined) return undefined
  return last.type === draft.type && last.id === draft.id && samePaths(last.set, draft.set) ? last : undefined
}

function rewritten(twin: OwnChange, draft: Draft, at: number): OwnChange {
  const set = Object.entries(draft.set ?? {}).map(([path, value]) => {
    const [, ...bases] = twin.set?.[path] ?? []
    return [path, [value, ...bases]]
  })
  const next: OwnChange = { ...twin, at, set: Object.fromEntries(set) }
  if (draft.seen !== undefined) next.seen = draft.seen
  return next
}

function planned(gesture: Gesture, { confirmed, seen, read, taken }: Ground, person: string, now: number): Plan {
  const me = { person, device: read.device }
  const own = ownOf(read, gesture)
  const shown = overlay(confirmed, own, me)
  const drafts = gesture.decide(shown, me).map((draft) => ({ seen, ...draft }))
  const [only] = drafts
  const twin = only && drafts.length === 1 ? unsentTwin(read, only, gesture.root) : undefined
  if (twin && only) return { changes: [rewritten(twin, only, now)], twin: true }
  const words = [...taken, ...read.waiting]
  const changes = drafts.map((draft, index) =>
    numbered(draft, { shown, words, me }, gesture.root, read.next + index, now),
  )
  if (changes.length > 1) for (const change of changes) change.group = read.next
  return { changes, twin: false }
}

/** Another tab or the engine has been at the outbox: the gesture is to be decided anew. */
class Overtaken extends Error {}

/**
 * Inside a transaction. What is held may be behind the disk; the numbers on disk tell, and are read before anything is
 * written. All is asked for in one go, so that nobody waits for the disk twice: whoever throws then undoes it all.
 */
async function put(outbox: Outbox, { changes, twin }: Plan, { device, next, sent }: OutboxRead): Promise<void> {
  const [last] = changes
  if (!last) return
  const count = (known: { device: number; sent: number }) =>
    outbox.meta.put({ ...known, next: next + changes.length }, 'numbers')
  const told = outbox.numbers()
  const writing = twin ? outbox.changes.put(last) : outbox.changes.bulkAdd(changes)
  const [numbers] = await Promise.all([told, writing, twin ? 0 : count({ device, sent })])
  const same = numbers?.device === device && numbers.next === next
  if (!numbers || !same || (twin && numbers.sent >= last.n)) throw new Overtaken('the outbox has moved on')
  // more was sent since that reading: what the engine noted stays
  if (!twin && numbers.sent !== sent) await count(numbers)
}

/** The fast way, on what this tab holds. `null`: not possible now, and nothing was written. */
async function byMemory(here: Store, gesture: Gesture, now: number): Promise<number[] | null> {
  const { outbox, cache, person } = here
  // a disk that let go of us is opened anew by the long way
  const taken = await takenUnder(outbox, gesture.root).catch(() => null)
  const read = heldOutbox(outbox)
  if (!taken || !read || read.device === 0 || gesture.also) return null
  const confirmed = knownRows(cache, gesture.root, gesture.reads)
  if (!confirmed) return null
  const plan = planned(gesture, { confirmed: confirmed.rows, seen: confirmed.seen, read, taken }, person, now)
  if (plan.changes.length === 0) return []
  const commits = outboxCommits(outbox)
  try {
    await outbox.transaction('rw', outbox.changes, outbox.meta, async () => put(outbox, plan, read))
  } catch {
    // Overtaken by another tab, or the disk would not take it: all of it is undone, and the long way tells which.
    return null
  }
  follow(outbox, read, commits, plan.changes)
  return plan.changes.map((change) => change.n)
}

/** The long way: everything is read from disk, the outbox in the transaction that writes. */
async function byDisk({ outbox, cache, person }: Store, gesture: Gesture, now: number): Promise<number[]> {
  const { rows, seen } = await strictly(cache, () => confirmedRows(cache, gesture.reads))
  // A transaction waits for all that read its tables, so a plain gesture locks no more than it needs.
  const needed = [outbox.changes, outbox.settled, outbox.refused, outbox.photos, outbox.meta]
  const tables = gesture.also ? outbox.tables : needed
  // The function must be async itself: only then does Dexie keep the transaction open over its awaits.
  const write = async () => {
    const [read, taken] = await Promise.all([readWithin(outbox), readTaken(outbox, gesture.root)])
    if (read.device === 0) throw new Error('this outbox has no device number')
    const plan = planned(gesture, { confirmed: rows, seen, read, taken }, person, now)
    await gesture.also?.(outbox)
    await put(outbox, plan, read)
    return plan.changes.map((change) => change.n)
  }
  return strictly(outbox, () => outbox.transaction('rw', tables, write))
}

/** One gesture after the other: each is decided on what the one before has left. */
const queues = new WeakMap<Outbox, Promise<unknown>>()

async function saved(here: Store, gesture: Gesture, now: number): Promise<number[]> {
  const over = beginGesture(here)
  try {
    const numbers = (await byMemory(here, gesture, now)) ?? (await byDisk(here, gesture, now))
    over(numbers)
    return numbers
  } catch (problem) {
    over([])
    throw problem
  }
}

/** Saves a gesture; resolves with the numbers of its changes after they are on disk, and never before. */
export function perform(gesture: Gesture, now = Date.now()): Promise<number[]> {
  const here = store()
  const turn = (queues.get(here.outbox) ?? Promise.resolve()).then(() => saved(here, gesture, now))
  queues.set(
    here.outbox,
    turn.catch(() => undefined),
  )
  return turn
}
