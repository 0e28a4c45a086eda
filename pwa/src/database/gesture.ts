/**
 * The one way a gesture is saved: a single strict transaction that puts its changes into the outbox.
 * What is shown is the confirmed row with these changes laid on, so the same write is also what redraws the screen.
 */

import type { RecordType } from '../contract/records.ts'
import type { OwnChange } from '../core/change.ts'
import { allHeads, basesOf, type Me, overlay, type RowSet, rowKey } from '../core/overlay.ts'
import type { AnyRow } from '../core/rows.ts'
import { confirmedRows } from './confirmed.ts'
import { store } from './open.ts'
import type { Outbox } from './outbox.ts'
import { tellSaved } from './saved.ts'
import { strictly } from './strictly.ts'

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
  /** The cursor the screen was built from; left out, the present one. */
  seen?: number | null
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

async function ownOf(outbox: Outbox, gesture: Gesture): Promise<OwnChange[]> {
  const [waiting, settled] = await Promise.all([
    outbox.changes.where('[type+id]').anyOf(gesture.reads).toArray(),
    outbox.settled.where('landed').equals(0).toArray(),
  ])
  const read = new Set(gesture.reads.map(([type, id]) => rowKey(type, id)))
  const laid = settled.filter((change) => change.outcome !== 'held' && read.has(rowKey(change.type, change.id)))
  return [...laid, ...waiting]
}

function numbered(draft: Draft, shown: AnyRow | undefined, root: string, n: number, at: number): OwnChange {
  const change: OwnChange = { n, at, type: draft.type, id: draft.id, root }
  if (draft.set) {
    const bases = draft.settles ? allHeads : basesOf
    change.set = Object.fromEntries(
      Object.entries(draft.set).map(([path, value]) => [path, [value, ...bases(shown, path)]]),
    )
  }
  if (draft.act) change.act = draft.act
  if (draft.with && Object.keys(draft.with).length > 0) change.with = draft.with
  if (draft.seen !== undefined && draft.seen !== null) change.seen = draft.seen
  return change
}

const samePaths = (a: object, b: object) => Object.keys(a).sort().join('\n') === Object.keys(b).sort().join('\n')

/** The change an edit may still be written into: the last of its record, alone, the same fields, never yet sent. */
async function unsentTwin(outbox: Outbox, draft: Draft, root: string, sent: number): Promise<OwnChange | undefined> {
  if (!draft.set || draft.settles) return undefined
  const last = await outbox.changes.where('root').equals(root).last()
  if (!last?.set || last.n <= sent || last.group !== undefined) return undefined
  return last.type === draft.type && last.id === draft.id && samePaths(last.set, draft.set) ? last : undefined
}

function rewritten(twin: OwnChange, draft: Draft, at: number): OwnChange {
  const set = Object.entries(draft.set ?? {}).map(([path, value]) => {
    const [, ...bases] = twin.set?.[path] ?? []
    return [path, [value, ...bases]]
  })
  const next: OwnChange = { ...twin, at, set: Object.fromEntries(set) }
  if (typeof draft.seen === 'number') next.seen = draft.seen
  return next
}

async function write(
  outbox: Outbox,
  gesture: Gesture,
  confirmed: RowSet,
  seen: number | null,
  now: number,
): Promise<number[]> {
  const [numbers, own] = await Promise.all([outbox.numbers(), ownOf(outbox, gesture)])
  if (!numbers) throw new Error('this outbox has no device number')
  const me = { person: outbox.person, device: numbers.device }
  const shown = overlay(confirmed, own, me)
  const drafts = gesture.decide(shown, me).map((draft) => ({ seen, ...draft }))
  await gesture.also?.(outbox)
  if (drafts.length === 0) return []
  const [only] = drafts
  const twin = only && drafts.length === 1 ? await unsentTwin(outbox, only, gesture.root, numbers.sent) : undefined
  if (twin && only) {
    await outbox.changes.put(rewritten(twin, only, now))
    return [twin.n]
  }
  const changes = drafts.map((draft, index) =>
    numbered(draft, shown.get(rowKey(draft.type, draft.id)), gesture.root, numbers.next + index, now),
  )
  if (changes.length > 1) for (const change of changes) change.group = numbers.next
  await outbox.changes.bulkAdd(changes)
  await outbox.meta.put({ ...numbers, next: numbers.next + changes.length }, 'numbers')
  return changes.map((change) => change.n)
}

/** Saves a gesture; resolves with the numbers of its changes after they are on disk, and never before. */
export async function perform(gesture: Gesture, now = Date.now()): Promise<number[]> {
  const here = store()
  const { outbox, cache } = here
  const { rows, cursor } = await strictly(cache, () => confirmedRows(cache, gesture.reads))
  // A transaction waits for all that read its tables, so a plain tap locks no more than it needs.
  const tables = gesture.also ? outbox.tables : [outbox.changes, outbox.settled, outbox.meta]
  // The function must be async itself: only then does Dexie keep the transaction open over its awaits.
  const saved = () => outbox.transaction('rw', tables, async () => write(outbox, gesture, rows, cursor, now))
  const numbers = await strictly(outbox, saved)
  tellSaved({ store: here, numbers })
  return numbers
}
