/** What this tab holds of the outbox: read from disk once, and then kept in step with its own gestures. */

import type { OwnChange } from '../core/change.ts'
import { commitsTo } from './mutations.ts'
import type { KeptPhoto, Outbox, RefusedChange, SettledChange } from './outbox.ts'

/** The outbox as it is. What is read is shared: nobody writes into it. */
export interface OutboxRead {
  device: number
  /** The number of the next change. */
  next: number
  /** The highest number that was ever put into a request, as of this reading. */
  sent: number
  /** In the order of their numbers. */
  waiting: readonly OwnChange[]
  /** Answered, but no confirmed row shows it yet; or held. */
  settled: readonly SettledChange[]
  /** Without what was set aside. */
  refused: readonly RefusedChange[]
  photos: readonly KeptPhoto[]
}

interface Held {
  read: OutboxRead
  /** Commits heard of when this was true. */
  commits: number
}

const held = new WeakMap<Outbox, Held>()
/** Readings under way, shared by all who ask at the same moment. */
const underWay = new WeakMap<Outbox, { commits: number; reading: Promise<OutboxRead> }>()

/** Changes with every commit after which another reading would find something else. */
export const outboxCommits = (outbox: Outbox): number =>
  commitsTo(outbox.changes, outbox.settled, outbox.refused, outbox.photos)

async function unsettled(outbox: Outbox): Promise<SettledChange[]> {
  const [unseen, heldBack] = await Promise.all([
    outbox.settled.where('landed').equals(0).toArray(),
    outbox.settled.where('outcome').equals('held').toArray(),
  ])
  return [...unseen.filter((change) => change.outcome !== 'held'), ...heldBack]
}

/** Reads the outbox within a transaction, or in one of its own. */
export async function readWithin(outbox: Outbox): Promise<OutboxRead> {
  const commits = outboxCommits(outbox)
  const tables = [outbox.changes, outbox.settled, outbox.refused, outbox.photos, outbox.meta]
  const read = await outbox.transaction('r', tables, async () => {
    const [device, numbers, waiting, settled, refused, photos] = await Promise.all([
      outbox.device(),
      outbox.numbers(),
      outbox.changes.toArray(),
      unsettled(outbox),
      outbox.refused.toArray(),
      outbox.photos.toArray(),
    ])
    const { next = 1, sent = 0 } = numbers ?? {}
    return { device, next, sent, waiting, settled, refused: refused.filter((one) => !one.discarded_at), photos }
  })
  if (commits === outboxCommits(outbox)) held.set(outbox, { read, commits })
  return read
}

/** Reads the outbox from disk, whatever is held: all of it is small but the pictures, and those are elsewhere. */
export function readOutbox(outbox: Outbox): Promise<OutboxRead> {
  const commits = outboxCommits(outbox)
  const known = underWay.get(outbox)
  if (known?.commits === commits) return known.reading
  const reading = readWithin(outbox).finally(() => {
    if (underWay.get(outbox)?.reading === reading) underWay.delete(outbox)
  })
  underWay.set(outbox, { commits, reading })
  return reading
}

/** What is held, if nothing was committed since that it does not know of. */
export function heldOutbox(outbox: Outbox): OutboxRead | undefined {
  const known = held.get(outbox)
  return known && known.commits === outboxCommits(outbox) ? known.read : undefined
}

/** The outbox as of now: as it is held, else from disk. */
export const outboxNow = async (outbox: Outbox): Promise<OutboxRead> => heldOutbox(outbox) ?? readOutbox(outbox)

/**
 * Lays on what is held the changes that were just committed, in one commit to `changes` and to no other table of it.
 * If anybody else committed meanwhile, nothing is held and the next reading is from disk.
 */
export function follow(outbox: Outbox, before: OutboxRead, commits: number, written: readonly OwnChange[]): void {
  if (outboxCommits(outbox) !== commits + 1) return
  const replaced = new Map(written.map((change) => [change.n, change]))
  const waiting = before.waiting.map((change) => replaced.get(change.n) ?? change)
  const added = written.filter((change) => change.n >= before.next)
  const next = before.next + added.length
  held.set(outbox, { read: { ...before, next, waiting: [...waiting, ...added] }, commits: commits + 1 })
}
