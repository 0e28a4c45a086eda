/** Runs rounds one after the other: at once while there is something to do, else after a while. */

import type { Round } from './engine.ts'
import { pollIn, retryIn } from './pace.ts'

export interface RunnerParts {
  round: () => Promise<Round>
  /** Told after each round, and with `null` before one. */
  told: (round: Round | null) => void
  chance?: () => number
}

/** A round that has not come back by then is given up for dead; what it still does is harmless. */
const DEAD_AFTER = 3 * 60_000
const WATCH_EVERY = 20_000

export class Runner {
  private failures = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private watch: ReturnType<typeof setInterval> | undefined
  private due = Number.POSITIVE_INFINITY
  private busy_since: number | null = null
  private turn = 0
  private paused = false
  private running = false
  /** When to look again after the present round, because something happened during it; in milliseconds after it. */
  private again: number | null = null

  constructor(private readonly parts: RunnerParts) {}

  start(): void {
    if (this.running) return
    this.running = true
    this.paused = false
    this.watch = setInterval(() => this.look(), WATCH_EVERY)
    this.wake()
  }

  stop(): void {
    this.running = false
    this.turn += 1
    this.busy_since = null
    clearTimeout(this.timer)
    clearInterval(this.watch)
  }

  /** A reason to believe that things are better now: started, visible, online. Forgets earlier failures. */
  wake(): void {
    this.failures = 0
    this.paused = false
    this.plan(0)
  }

  /** Something was saved: soon, unless the server is out of reach and a retry is planned anyway. */
  nudge(after: number): void {
    if (this.busy_since !== null) this.again = Math.min(after, this.again ?? after)
    else if (this.failures === 0 && !this.paused && this.due > Date.now() + after) this.plan(after)
  }

  private plan(after: number): void {
    if (!this.running) return
    if (this.busy_since !== null) {
      this.again = 0
      return
    }
    clearTimeout(this.timer)
    this.due = Date.now() + after
    this.timer = setTimeout(() => void this.go(), after)
  }

  /** Timers get lost when a phone sleeps, and a disk may never answer. */
  private look(): void {
    const now = Date.now()
    if (this.busy_since !== null && now - this.busy_since > DEAD_AFTER) {
      this.turn += 1
      this.busy_since = null
      this.plan(0)
    } else if (this.busy_since === null && !this.paused && now > this.due + 1_000) this.plan(0)
  }

  private async go(): Promise<void> {
    if (!this.running || this.busy_since !== null) return
    const turn = ++this.turn
    this.busy_since = Date.now()
    this.again = null
    this.parts.told(null)
    const round = await this.parts.round().catch((problem: unknown): Round => {
      console.warn('a sync round failed and will be tried again', problem)
      return { next: 'fail', reached: false, wait: null }
    })
    if (turn !== this.turn) return
    this.busy_since = null
    this.parts.told(round)
    this.follow(round)
  }

  private follow(round: Round): void {
    const chance = (this.parts.chance ?? Math.random)()
    if (round.next === 'fail') {
      this.failures += 1
      this.plan(retryIn(this.failures, chance, round.wait))
      return
    }
    this.failures = 0
    if (round.next === 'pause') {
      this.paused = true
      this.due = Number.POSITIVE_INFINITY
      return
    }
    this.plan(round.next === 'again' ? 0 : (this.again ?? pollIn(chance)))
  }
}
