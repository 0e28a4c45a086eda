/** One exchange with the server: push what waits, take the receipts, apply what came. It never throws work away. */

import type { ProblemCode } from '../contract/problems.ts'
import type { SyncRequest } from '../contract/wire.ts'
import type { OwnChange } from '../core/change.ts'
import type { SyncState } from '../database/cache.ts'
import { reopen, type Store } from '../database/open.ts'
import type { Numbers } from '../database/outbox.ts'
import { isLostConnection } from '../database/strictly.ts'
import { afterRestore, picturesAgain, sendAgain } from './again.ts'
import { isIndivisible, MOST_CHANGES, takeBatch, wireOf } from './batch.ts'
import type { Answer } from './http.ts'
import { type Applied, applyReply, isSameState, type OwnEdit } from './pull.ts'
import { forgetErased, forgetGone, forgetUnseen, noteDrawn, releaseStored } from './release.ts'
import { readReply, type SyncReply } from './reply.ts'
import { markLanded, refuseHere, settleCarried } from './settle.ts'
import { unsentOf } from './unsent.ts'

/** What the runner does next. `wait` is the server's `Retry-After` in milliseconds, if it gave one. */
export type Round =
  | { next: 'again' }
  | { next: 'idle' }
  | { next: 'fail'; reached: boolean; wait: number | null }
  | { next: 'pause'; code: ProblemCode }

export interface EngineParts {
  store: Store
  post: (request: SyncRequest, gzip: boolean) => Promise<Answer>
  now: () => number
  app: string
  /** Told after every reply of the server. */
  onReply?: (reply: SyncReply) => void
  /** Told when the server will not speak to an app as old as this one (426). */
  onTooOld?: () => void
}

interface Asked {
  numbers: Numbers
  state: SyncState
  batch: OwnChange[]
  /** More was waiting than the batch holds. */
  left: boolean
}

/** A cache that was found wanting fills anew, but not over and over. */
const REFILL_EVERY = 10 * 60_000

const PAUSING: readonly ProblemCode[] = [
  'unauthenticated',
  'device_revoked',
  'account_disabled',
  'password_change_required',
  'wrong_device',
  'device_fork',
]

export class Engine {
  /** Most changes in a batch; halved when the server cannot take one, doubled again after a success. */
  private most = MOST_CHANGES
  private gzip = true
  /** The server turned even an empty request away: then no change is to blame. */
  private envelopeBad = false
  private lastGap: number | null = null
  private refilledAt = Number.NEGATIVE_INFINITY
  /** Nothing has gone without a word since it was last looked for. */
  private swept = false

  constructor(private readonly parts: EngineParts) {}

  /** One request and everything that follows from its answer. A disk that let go of us is opened anew for the next. */
  async round(): Promise<Round> {
    try {
      return await this.exchange()
    } catch (problem) {
      if (isLostConnection(problem)) await reopen(this.parts.store)
      throw problem
    }
  }

  private async exchange(): Promise<Round> {
    const asked = await this.prepare()
    // An outbox without a number was emptied behind our back: the next sign-in gives it one.
    if (!asked) return this.pause('device_fork')
    const answer = await this.parts.post(await this.requestOf(asked), this.gzip)
    if (answer.kind === 'ok') {
      const reply = readReply(answer.body)
      return reply ? this.take(asked, reply) : { next: 'fail', reached: false, wait: null }
    }
    if ([400, 413, 415].includes(answer.status ?? 0)) return this.tooMuch(asked, answer)
    if (answer.status === 426) this.parts.onTooOld?.()
    if (answer.kind === 'noise') return { next: 'fail', reached: false, wait: answer.retry_after }
    if (answer.code === 'gap') return this.fillGap(asked, answer.extra['expected'])
    if (PAUSING.includes(answer.code)) return this.pause(answer.code)
    return { next: 'fail', reached: true, wait: answer.retry_after }
  }

  /** Reads the batch and notes that it is about to be sent, in one strict write: from then on nothing in it changes. */
  private async prepare(): Promise<Asked | null> {
    const { outbox, cache } = this.parts.store
    const state = await cache.syncState()
    return outbox.transaction('rw', outbox.changes, outbox.meta, async () => {
      const numbers = await outbox.numbers()
      if (!numbers) return null
      const waiting = await outbox.changes
        .orderBy('n')
        .limit(MOST_CHANGES * 2)
        .toArray()
      const batch = this.envelopeBad ? [] : takeBatch(waiting, this.most)
      const last = batch.at(-1)?.n ?? 0
      if (last > numbers.sent) await outbox.meta.put({ ...numbers, sent: last }, 'numbers')
      return { numbers, state, batch, left: waiting.length > batch.length }
    })
  }

  private async requestOf({ numbers, state, batch }: Asked): Promise<SyncRequest> {
    const unsent = await unsentOf(this.parts.store.outbox)
    return {
      v: 1,
      device: numbers.device,
      epoch: state.epoch,
      sent: this.parts.now(),
      cursor: state.cursor,
      audiences: state.cursor === null ? [] : state.audiences,
      fill: state.cursor === null ? {} : state.fill,
      pending: { ...unsent, changes: Math.max(0, unsent.changes - batch.length) },
      app: this.parts.app,
      changes: batch.map(wireOf),
    }
  }

  private async take(asked: Asked, reply: SyncReply): Promise<Round> {
    const { store, now, onReply } = this.parts
    const { outbox } = store
    const { device } = asked.numbers
    // What a restored server lacks is laid on the rows again before they are emptied: nothing is seen going backwards.
    const past = await afterRestore(store, device, reply, asked.state.epoch)
    if (past === 'older') return { next: 'fail', reached: true, wait: null }
    this.gzip = true
    this.envelopeBad = false
    this.lastGap = null
    if (!reply.upgrade) {
      await noteDrawn(store, asked.state, reply, now())
      await forgetErased(store, reply.rows)
    }
    // Rows before receipts: if the phone dies in between, the changes are sent again and answered the same.
    const applied = reply.upgrade ? 'ignored' : await this.apply(asked, reply)
    if (reply.epoch !== asked.state.epoch) this.swept = false
    await settleCarried(outbox, { ...reply, device, carried: asked.batch }, now())
    const more = reply.more || Object.keys(reply.fill).length > 0
    if (applied === 'applied') {
      if (!more) {
        await markLanded(outbox, device, reply.ack, now())
        await picturesAgain(store)
        if (!this.swept) await forgetUnseen(store)
        this.swept = true
      }
      await forgetGone(store, reply.gone)
      await releaseStored(store, now())
    }
    if (asked.batch.length > 0) {
      this.most = Math.min(MOST_CHANGES, this.most * 2)
      await outbox.meta.put(reply.time, 'received_at')
    }
    onReply?.(reply)
    if (past === 'lacking') return { next: 'again' }
    return this.afterReply(asked, reply, applied, more)
  }

  /** Goes on at once while there is something to send or to read, unless the last round brought nothing forward. */
  private async afterReply(asked: Asked, reply: SyncReply, applied: Applied, more: boolean): Promise<Round> {
    const { cache } = this.parts.store
    const nothingTaken = asked.batch.length > 0 && reply.ack < (asked.batch[0]?.n ?? 0)
    const idle = asked.batch.length === 0 && applied === 'ignored' && !reply.upgrade
    if (nothingTaken || (idle && isSameState(asked.state, await cache.syncState())))
      return { next: 'fail', reached: true, wait: null }
    const unread = applied === 'applied' ? more : !reply.upgrade
    // What was saved during this round has its own time: somebody who is tapping is not disturbed after every tap.
    return asked.left || unread ? { next: 'again' } : { next: 'idle' }
  }

  private async apply(asked: Asked, reply: SyncReply): Promise<Applied> {
    const { outbox, cache } = this.parts.store
    const { device } = asked.numbers
    const now = this.parts.now()
    const told = new Map(reply.results.map((result) => [result.n, result.outcome]))
    const taken = ({ n, set }: OwnChange) => set && n <= reply.ack && (told.get(n) ?? 'applied') === 'applied'
    const waiting = await outbox.changes.where('n').belowOrEqual(reply.ack).toArray()
    const carried = new Set(asked.batch.map((change) => change.n))
    // The server has more by another request. What became of it is not said, so `same` cannot be followed: the rows
    // come again, whole, with the answer to it.
    if (waiting.some((change) => !carried.has(change.n))) return 'ignored'
    // `same` speaks of what this request brought, and of nothing settled before it: rows may have that already, with
    // later work of others on top.
    const edits: OwnEdit[] = asked.batch.filter(taken).map((change) => ({ ...change, device }))
    const lenient = now - this.refilledAt < REFILL_EVERY
    const applied = await applyReply(cache, asked.state, reply, edits, { now, lenient })
    if (applied === 'refill') {
      this.refilledAt = now
      this.swept = false
    }
    return applied
  }

  /** 400, 413, 415: smaller, then alone, then an empty request to learn whether it was the change at all. */
  private async tooMuch(asked: Asked, answer: Exclude<Answer, { kind: 'ok' }>): Promise<Round> {
    const { batch } = asked
    if (answer.status === 415 && this.gzip) {
      this.gzip = false
      return { next: 'again' }
    }
    if (batch.length === 0) return { next: 'fail', reached: answer.kind === 'problem', wait: answer.retry_after }
    if (!isIndivisible(batch)) {
      this.most = Math.max(1, Math.floor(batch.length / 2))
      return { next: 'again' }
    }
    // A proxy may find it too large and say so in its own words; any other page that is not ours says nothing about it.
    const code = answer.kind === 'problem' ? answer.code : answer.status === 413 ? 'too_large' : null
    if (code === null) return { next: 'fail', reached: false, wait: answer.retry_after }
    const alone = await this.parts.post({ ...(await this.requestOf({ ...asked, batch: [] })) }, this.gzip)
    const reply = alone.kind === 'ok' ? readReply(alone.body) : null
    if (!reply) {
      this.envelopeBad = alone.kind === 'problem' && alone.status === answer.status
      return { next: 'fail', reached: alone.kind === 'problem', wait: alone.kind === 'ok' ? null : alone.retry_after }
    }
    if (reply.ack >= (batch[0]?.n ?? 0)) return this.settleBrought(asked)
    await refuseHere(this.parts.store.outbox, batch, code, this.parts.now())
    return { next: 'again' }
  }

  /** What cannot be sent is there: a file has brought it. Its number is used up, and must go to nothing else. */
  private async settleBrought({ numbers, batch }: Asked): Promise<Round> {
    const { store, now } = this.parts
    const part = await import('./here.ts')
    await part.settleBrought(store.outbox, numbers.device, now())
    const stays = await store.outbox.changes.get(batch[0]?.n ?? 0)
    return stays ? { next: 'fail', reached: true, wait: null } : { next: 'again' }
  }

  /** The server lacks earlier changes: they are sent again at once; what is no longer here needs a new number. */
  private async fillGap(asked: Asked, expected: unknown): Promise<Round> {
    const { outbox } = this.parts.store
    const known = typeof expected === 'number' && expected !== this.lastGap
    this.lastGap = typeof expected === 'number' ? expected : null
    if (known && (await sendAgain(outbox, asked.numbers.device, expected))) return { next: 'again' }
    return this.pause('device_fork')
  }

  private async pause(code: ProblemCode): Promise<Round> {
    const { outbox } = this.parts.store
    if (code === 'device_fork') await outbox.meta.put(true, 'forked')
    return { next: 'pause', code }
  }
}
