/** The server's stream: it says that there is something to pull, and nothing else. Polls go on without it. */

import { retryAfter } from './http.ts'
import { retryIn } from './pace.ts'

/** The server gives a sign of life every 20 s. What stays silent longer is broken, or held back by a proxy. */
const SILENT = 50_000
/** A stream that stood so long was a good one: the next is tried soon. */
const GOOD = 60_000

export interface LiveParts {
  /** Looks for something new now, unless the server is known to be away. */
  look: () => void
  /** Whether a stream may be open now: not on a phone in a pocket. */
  wanted: () => boolean
  now?: () => number
  chance?: () => number
}

/** Opened only after a round that reached the server, so nothing is tried in vain, and no error is shown for it. */
export class Live {
  private stream: AbortController | null = null
  private failures = 0
  private not_before = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private heard = 0
  private rounding = false

  constructor(private readonly parts: LiveParts) {}

  /** A round has begun. What is told during it may be what it sends itself, or brings: that is looked at afterwards. */
  began(): void {
    this.rounding = true
  }

  /** A round has ended; with a `cursor`, well, and the phone holds everything up to there. */
  ended(cursor: number | null): void {
    this.rounding = false
    if (cursor === null) return
    const missing = this.heard > cursor
    this.heard = 0
    if (missing) this.parts.look()
    if (!this.stream && this.parts.wanted() && this.now() >= this.not_before) void this.listen()
  }

  /** Ends the stream. The next round that goes well opens another one. */
  close(): void {
    clearTimeout(this.timer)
    this.stream?.abort()
    this.stream = null
    this.not_before = 0
  }

  private async listen(): Promise<void> {
    const stream = new AbortController()
    this.stream = stream
    const begun = this.now()
    let wait: number | null = null
    try {
      const answer = await this.alive(stream, fetch('/api/live', { cache: 'no-store', signal: stream.signal }))
      wait = retryAfter(answer.headers.get('Retry-After'), this.now())
      const kind = answer.headers.get('Content-Type') ?? ''
      if (answer.ok && answer.body && kind.startsWith('text/event-stream')) {
        // What came between the last round and the stream was told to nobody.
        this.parts.look()
        await this.read(stream, answer.body.getReader())
      } else stream.abort()
    } catch {
      // It broke off, or was ended here.
    }
    if (this.stream === stream) this.again(begun, wait)
  }

  private async read(stream: AbortController, reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder()
    let rest = ''
    for (;;) {
      const { done, value } = await this.alive(stream, reader.read())
      if (done) return
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.hear(line)
    }
  }

  private hear(line: string): void {
    const rev = Number(/^data: ?\{"rev":(\d+)\}$/.exec(line)?.[1] ?? 0)
    if (rev === 0) return
    this.heard = Math.max(this.heard, rev)
    if (!this.rounding) this.parts.look()
  }

  /** What comes of it, if it comes before the line is taken for dead. */
  private async alive<T>(stream: AbortController, coming: Promise<T>): Promise<T> {
    const timer = setTimeout(() => stream.abort(), SILENT)
    try {
      return await coming
    } finally {
      clearTimeout(timer)
    }
  }

  private again(begun: number, wait: number | null): void {
    this.stream = null
    this.failures = this.now() - begun > GOOD ? 1 : this.failures + 1
    const pause = retryIn(this.failures, (this.parts.chance ?? Math.random)(), wait)
    this.not_before = this.now() + pause
    clearTimeout(this.timer)
    this.timer = setTimeout(this.parts.look, pause)
  }

  private now(): number {
    return (this.parts.now ?? Date.now)()
  }
}
