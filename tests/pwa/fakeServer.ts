/** A server small enough to be read at once: one device, naive merge, and any fault a test asks for. */

import type { RecordType } from '../../pwa/src/contract/records.ts'
import type { Change, Result, SyncRequest } from '../../pwa/src/contract/wire.ts'
import { type AnyRow, blankRow, withValue } from '../../pwa/src/core/rows.ts'
import type { Answer } from '../../pwa/src/sync/http.ts'

/** What befalls one request: `lose` its reply, never let it `arrive`, or answer it in another way. */
export type Fault = 'lose' | 'drop' | ((request: SyncRequest) => Answer | undefined)

const NOISE: Answer = { kind: 'noise', status: null, retry_after: null }

export const problem = (
  status: number,
  code: string,
  extra: Record<string, unknown> = {},
  wait: number | null = null,
) => ({ kind: 'problem', status, code, extra: { code, ...extra }, retry_after: wait }) as Answer

export const html = (status = 200): Answer => ({ kind: 'noise', status, retry_after: null })

interface Entry {
  type: string
  row: AnyRow
  rev: number
  gone: boolean
  /** The last change of it that was not the phone's own edit of a row it had. */
  other: number
}

export class FakeServer {
  epoch = 3
  clock = 0
  ack = 0
  page = 1000
  time = 1_800_000_000_000
  readonly log = new Map<number, { content: string; result: Result }>()
  readonly feed = new Map<string, Entry>()
  readonly requests: SyncRequest[] = []
  /** Applied in order, one a request. */
  faults: Fault[] = []
  judge: (change: Change) => Partial<Result> = () => ({})

  readonly post = async (request: SyncRequest): Promise<Answer> => {
    this.requests.push(structuredClone(request))
    const fault = this.faults.shift()
    if (fault === 'drop') return NOISE
    if (typeof fault === 'function') {
      const answer = fault(request)
      if (answer) return answer
    }
    const answer = this.answer(structuredClone(request))
    return fault === 'lose' ? NOISE : answer
  }

  private answer(request: SyncRequest): Answer {
    const isNext = request.changes[0]?.n === this.ack + 1
    const before = new Map([...this.feed.values()].map(({ row, rev }) => [row.id, rev]))
    const fresh = request.changes.filter((change) => change.n > this.ack)
    for (const change of request.changes) {
      const known = this.log.get(change.n)
      if (known && known.content !== JSON.stringify(change)) return problem(409, 'device_fork', { n: change.n })
    }
    if (fresh[0] && fresh[0].n !== this.ack + 1) return problem(409, 'gap', { expected: this.ack + 1 })
    for (const change of fresh) this.apply(change, request.device)
    const told = request.changes
      .map((change) => this.log.get(change.n)?.result)
      .filter((result) => result !== undefined)
    const results = told.filter((result) => result.outcome !== 'applied')
    const body = {
      v: 1,
      epoch: this.epoch,
      ack: this.ack,
      time: this.time,
      results,
      ...this.pull(request, isNext ? before : new Map()),
    }
    return { kind: 'ok', status: 200, body: JSON.parse(JSON.stringify(body)) }
  }

  private apply(change: Change, device: number): void {
    const result = { n: change.n, outcome: 'applied' as const, ...this.judge(change) } as Result
    this.log.set(change.n, { content: JSON.stringify(change), result })
    this.ack = change.n
    if (result.outcome === 'refused' || result.outcome === 'held' || !change.set) return
    const known = this.feed.get(change.id)
    let row = known?.row ?? (blankRow(change.type as RecordType, change.id) as AnyRow)
    for (const [path, [value]] of Object.entries(change.set)) {
      row = { ...withValue(row, path, value), by: { ...row.by, [path]: [[device, change.n]] } }
    }
    this.put(change.type, row, known !== undefined)
  }

  /** A row changes on the server; `own`: by nothing but the phone's own edit. */
  put(type: string, row: AnyRow, own = false): number {
    this.clock += 1
    const other = own ? (this.feed.get(row.id)?.other ?? this.clock) : this.clock
    this.feed.set(row.id, { type, row: { ...row, rev: this.clock }, rev: this.clock, gone: false, other })
    return this.clock
  }

  gone(id: string): void {
    const entry = this.feed.get(id)
    if (!entry) return
    this.clock += 1
    this.feed.set(id, { ...entry, rev: this.clock, gone: true })
  }

  /** Goes back to when it had settled `ack` changes of this device, and knew nothing else. */
  restore(ack: number, device = 17): void {
    const kept = [...this.log.values()].map(({ content }) => JSON.parse(content) as Change).slice(0, ack)
    this.epoch += 1
    this.ack = 0
    this.clock = 0
    this.log.clear()
    this.feed.clear()
    for (const change of kept) this.apply(change, device)
  }

  /** `before`: the revs from before the request, if it brought only new changes: `same` is of those alone. */
  private pull(request: SyncRequest, before: ReadonlyMap<string, number>): Record<string, unknown> {
    const since = request.epoch === this.epoch ? (request.cursor ?? 0) : 0
    const fresh = [...this.feed.values()].filter((entry) => entry.rev > since).sort((a, b) => a.rev - b.rev)
    const page = fresh.slice(0, this.page)
    const more = fresh.length > page.length
    const rows: Record<string, AnyRow[]> = {}
    const marks = (entries: Entry[]) => entries.map((entry) => [entry.type, entry.row.id, entry.rev])
    const isOwn = ({ row, other, gone }: Entry) => Math.max(other, before.get(row.id) ?? since + 1) <= since && !gone
    const same = page.filter((entry) => isOwn(entry) && request.cursor !== null)
    for (const { type, row, gone } of page.filter((entry) => !same.includes(entry))) {
      if (!gone) rows[type] = [...(rows[type] ?? []), row]
    }
    const cursor = more ? (page.at(-1)?.rev ?? since) : this.clock
    const gone = marks(page.filter((entry) => entry.gone))
    return { rows, same: marks(same), gone, cursor, more, audiences: ['everyone'] }
  }
}
