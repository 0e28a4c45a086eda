/** Work that was set aside for a supervisor: it lies on the server, and is decided there. */

import type { ProblemCode } from '../contract/problems.ts'
import type { RecordType } from '../contract/records.ts'
import type { Change } from '../contract/wire.ts'
import { rowKey } from '../core/overlay.ts'
import type { AnyRow, ChangeId } from '../core/rows.ts'
import { session } from '../people/session.ts'
import { type Answer, call, isObject } from '../sync/http.ts'
import { syncNow } from '../sync/now.ts'

export type Decided = 'taken' | 'added' | 'dismissed'
export type How = 'take' | 'reopen' | 'add' | 'dismiss'

/** One change, as the server tells of it. Times are epoch milliseconds. */
export interface HeldChange {
  change: ChangeId
  group: number | null
  person: string
  person_name: string
  branch: string
  branch_name: string
  type: RecordType
  record: string
  code: ProblemCode
  subject: string
  at: number
  /** By the server's clock. */
  done_at: number
  /** Server clock minus phone clock when it was sent, with the time the sending took. */
  clock: number
  received: number
  content: Change
  status: 'open' | Decided
  decided_by_name: string
  decided_at: number | null
  reason: string | null
  root: [RecordType, string] | null
  root_status: string | null
  /** The person did it or took part: somebody else decides. */
  own: boolean
}

/** What one person did about one thing: it is decided together. */
export interface Bundle {
  /** Names it in the address: its first change. */
  key: string
  changes: HeldChange[]
  first: HeldChange
}

export interface HeldHere {
  bundles: Bundle[]
  /** How many changes there are, here or not. */
  total: number
  shown: number
  /** The records they are about, as they are now, by `rowKey`. */
  rows: ReadonlyMap<string, AnyRow>
}

export type Got<T> = { ok: true; value: T } | { ok: false; code: ProblemCode | 'offline' }

function gotOf<T>(answer: Answer, read: (body: Record<string, unknown>) => T): Got<T> {
  if (answer.kind === 'ok' && isObject(answer.body)) return { ok: true, value: read(answer.body) }
  return { ok: false, code: answer.kind === 'problem' ? answer.code : 'offline' }
}

/** One person's changes of one thing belong together; what was decided, by when it was. */
export function bundled(held: readonly HeldChange[]): Bundle[] {
  const found = new Map<string, HeldChange[]>()
  for (const one of held) {
    const key = [one.person, one.subject, one.status, one.decided_at].join(' ')
    const known = found.get(key)
    if (known) known.push(one)
    else found.set(key, [one])
  }
  return [...found.values()].map((some) => {
    const changes = some.sort((a, b) => a.change[0] - b.change[0] || a.change[1] - b.change[1])
    const first = changes[0] as HeldChange
    return { key: first.change.join('-'), changes, first }
  })
}

function read(body: Record<string, unknown>): HeldHere {
  const held = body['held'] as HeldChange[]
  const rows = new Map<string, AnyRow>()
  for (const [type, some] of Object.entries(body['rows'] as Record<string, AnyRow[]>)) {
    for (const row of some) rows.set(rowKey(type, row.id), row)
  }
  return { bundles: bundled(held), total: body['total'] as number, shown: held.length, rows }
}

/** What waits at the branches one supervises, the oldest first; or what was decided last. */
export const fetchHeld = async (status: 'open' | 'settled'): Promise<Got<HeldHere>> =>
  gotOf(await call({ method: 'GET', url: `/api/held?status=${status}` }), read)

export interface Settled {
  done: number
  /** What could not be taken in, and still waits. */
  missed: { change: ChangeId; code: ProblemCode }[]
}

/** Decides it, at once; what came of it is pulled. */
export async function settleHeld(changes: readonly HeldChange[], how: How, reason: string): Promise<Got<Settled>> {
  const body = JSON.stringify({ changes: changes.map(({ change }) => change), how, reason })
  const got = gotOf(await call({ method: 'POST', url: '/api/held/settle', body }), (told) => told as unknown as Settled)
  counted = null
  if (got.ok) syncNow()
  return got
}

const FRESH = 30_000
let counted: { by: string | undefined; at: number; n: number } | null = null

/** How much waits, for the badge: asked of the server now and then, and as it was last known without it. */
export async function heldWaiting(now: number): Promise<number> {
  const by = session.peek()?.person.id
  if (counted?.by !== by) counted = null
  if (counted && now - counted.at < FRESH) return counted.n
  const got = gotOf(await call({ method: 'GET', url: '/api/held?limit=1' }), ({ total }) => Number(total))
  counted = { by, at: now, n: got.ok ? got.value : (counted?.n ?? 0) }
  return counted.n
}
