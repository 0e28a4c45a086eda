/** Every gesture of somebody who visits; each resolves after it is on disk, and never before. */

import type { Position, Visit } from '../contract/records.ts'
import { uuid7 } from '../core/ids.ts'
import { rowOf } from '../core/overlay.ts'
import type { Row } from '../core/rows.ts'
import { type Draft, perform } from '../database/gesture.ts'

export type Kind = Visit['kind']

export interface Start {
  branch: string
  kind: Kind
  customer?: string | null
  route?: string | null
  position?: Position | null
  /** The visit this one replaces. */
  corrects?: string
}

/** What is written during a visit. */
export type Heard = Partial<
  Pick<
    Visit,
    'result' | 'satisfaction' | 'topics' | 'needs' | 'complaint' | 'market_info' | 'follow_up_on' | 'route' | 'remark'
  >
>

const HEARD = [
  'result',
  'satisfaction',
  'topics',
  'needs',
  'complaint',
  'market_info',
  'follow_up_on',
  'route',
  'remark',
] as const

function heardOf(visit: Row<'visit'>): Heard {
  const told = HEARD.flatMap((field) => (visit[field] === null ? [] : [[field, visit[field]]]))
  return Object.fromEntries(told) as Heard
}

function created(start: Start, heard: Heard, id: string, at: number): Draft {
  const { branch, kind, customer, route, position, corrects } = start
  const set: Record<string, unknown> = { branch, kind, started_at: at, ...heard }
  if (customer) set['customer'] = customer
  if (route) set['route'] = route
  if (position) set['position'] = position
  if (corrects) set['corrects'] = corrects
  return { type: 'visit', id, set }
}

/** Starts a visit; its id. */
export async function startVisit(start: Start, now = Date.now()): Promise<string> {
  const id = uuid7(now)
  await perform({ root: id, reads: [['visit', id]], decide: () => [created(start, {}, id, now)] }, now)
  return id
}

/** Starts the visit that replaces a closed one: what was heard is taken over, and may be put right; its id. */
export async function correctVisit(visit: Row<'visit'>, now = Date.now()): Promise<string> {
  const id = uuid7(now)
  const { branch, kind, customer, position } = visit
  const start: Start = { branch, kind, customer, position, corrects: visit.id }
  const draft = created(start, heardOf(visit), id, visit.started_at)
  await perform({ root: id, reads: [['visit', id]], decide: () => [draft] }, now)
  return id
}

/** The same draft anew, of another kind or at another customer, which a record never changes: the first one is void. */
export async function restartVisit(
  visit: Row<'visit'>,
  change: { kind?: Kind; customer?: string },
  reason: string,
  now = Date.now(),
): Promise<string> {
  const id = uuid7(now)
  const { branch, position, corrects } = visit
  const kind = change.kind ?? visit.kind
  const start: Start = { branch, kind, position, customer: change.customer ?? visit.customer }
  if (corrects) start.corrects = corrects
  const again = created(start, heardOf(visit), id, visit.started_at)
  const end: Draft = { type: 'visit', id: visit.id, act: 'void', with: { reason } }
  await perform({ root: id, reads: [['visit', visit.id]], decide: () => [again, end] }, now)
  return id
}

/** Writes what was heard; a second tap on the same answer is no change. */
export async function hear(id: string, heard: Heard): Promise<void> {
  await perform({
    root: id,
    reads: [['visit', id]],
    decide: (shown) => {
      const before = rowOf(shown, 'visit', id)
      const set = Object.entries(heard).filter(
        ([field, value]) => JSON.stringify(before?.[field as keyof Heard] ?? null) !== JSON.stringify(value),
      )
      return set.length === 0 ? [] : [{ type: 'visit', id, set: Object.fromEntries(set) }]
    },
  })
}

/** Where it was; only the first word counts. */
export async function placeVisit(id: string, position: Position): Promise<void> {
  await perform({
    root: id,
    reads: [['visit', id]],
    decide: (shown) => (rowOf(shown, 'visit', id)?.position ? [] : [{ type: 'visit', id, set: { position } }]),
  })
}

/** Whom it is at, where that was not known at its start. */
export async function chooseCustomer(id: string, customer: string): Promise<void> {
  await perform({
    root: id,
    reads: [['visit', id]],
    decide: (shown) => (rowOf(shown, 'visit', id)?.customer ? [] : [{ type: 'visit', id, set: { customer } }]),
  })
}

/** A card was handed over on this visit: a record of its own, which is closed together with it. */
export async function handCard(visit: Row<'visit'>, now = Date.now()): Promise<void> {
  const { branch, customer, position } = visit
  const card = uuid7(now)
  const draft = created({ branch, kind: 'card', customer, position }, { result: 'met' }, card, visit.started_at)
  await perform({ root: visit.id, reads: [], decide: () => [draft] }, now)
}

/** No card was handed over after all. */
export async function takeCardBack(visit: string, card: string, reason: string): Promise<void> {
  const draft: Draft = { type: 'visit', id: card, act: 'void', with: { reason } }
  await perform({ root: visit, reads: [['visit', card]], decide: () => [draft] })
}

/** Closes a visit, and with it the card that was handed over: they travel as one. */
export async function closeVisit(id: string, card: string | null, seen: number): Promise<void> {
  const close = (one: string): Draft => ({ type: 'visit', id: one, act: 'close', seen })
  const ids = card === null ? [id] : [id, card]
  await perform({ root: id, reads: ids.map((one) => ['visit', one]), decide: () => ids.map(close) })
}

/** Declares a visit void; it stays to be seen, and counts no more. */
export async function voidVisit(id: string, reason: string, seen: number): Promise<void> {
  const draft: Draft = { type: 'visit', id, act: 'void', with: { reason }, seen }
  await perform({ root: id, reads: [['visit', id]], decide: () => [draft] })
}
