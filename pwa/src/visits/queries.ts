/** Visits on this phone, and how far the branch's month is. */

import type { ProblemCode } from '../contract/problems.ts'
import { TARGETS } from '../contract/targets.ts'
import { overlay, type RowSet } from '../core/overlay.ts'
import type { Row } from '../core/rows.ts'
import { holdsOver } from '../core/scope.ts'
import { type Circumstances, refusalOf } from '../core/workflow.ts'
import { confirmedOf, confirmedUnder } from '../database/confirmed.ts'
import { outboxNow } from '../database/held.ts'
import { store } from '../database/open.ts'
import { shownOf } from '../database/shown.ts'
import { session } from '../people/session.ts'
import { surroundings } from '../people/surroundings.ts'
import { laidOn, NO_WORK, ownWork, photoState, stateOf, type Whereabouts, worst } from '../sync/whereabouts.ts'
import { monthOf, type Tally, tallyOf, withOwn } from './quota.ts'

export interface Visits {
  /** The newest first. */
  all: readonly Row<'visit'>[]
  /** Customer -> when somebody was last there. */
  last: ReadonlyMap<string, number>
}

let listed: { key: readonly unknown[]; visits: Visits } | undefined

function arranged(rows: readonly Row<'visit'>[]): Visits {
  const all = [...rows].sort((a, b) => b.started_at - a.started_at)
  return { all, last: lastCalls(all) }
}

/** When somebody was last at each customer, of visits from the newest on. */
export function lastCalls(newestFirst: readonly Row<'visit'>[]): ReadonlyMap<string, number> {
  const last = new Map<string, number>()
  for (const { customer, kind, status, result, started_at } of newestFirst) {
    const called = status === 'closed' && kind !== 'card' && result !== 'not_met'
    if (customer && called && !last.has(customer)) last.set(customer, started_at)
  }
  return last
}

/** All visits in sight; the same object as long as neither the server nor this phone has said anything new of one. */
export async function listVisits(): Promise<Visits> {
  const { cache, outbox } = store()
  const [confirmed, { settled, waiting }] = await Promise.all([confirmedOf(cache, 'visit'), outboxNow(outbox)])
  const own = [...settled.filter(({ landed }) => landed === 0), ...waiting].filter(({ type }) => type === 'visit')
  const key = [confirmed, ...own]
  if (listed?.key.length === key.length && listed.key.every((part, at) => part === key[at])) return listed.visits
  const visits = arranged(await shownOf('visit'))
  listed = { key, visits }
  return visits
}

/** A card draft handed over on a visit: of the same moment and the same customer. */
export const cardOf = (visit: Row<'visit'>, all: readonly Row<'visit'>[]): Row<'visit'> | undefined =>
  all.find(
    (card) =>
      card.kind === 'card' &&
      card.id !== visit.id &&
      card.status !== 'void' &&
      card.started_at === visit.started_at &&
      card.person === visit.person,
  )

export interface VisitPhoto {
  photo: Row<'photo'>
  state: Whereabouts
}

export interface VisitView {
  visit: Row<'visit'>
  /** The card that was handed over on it. */
  card: Row<'visit'> | undefined
  /** The one that replaces it. */
  corrected: Row<'visit'> | undefined
  photos: VisitPhoto[]
  state: Whereabouts
  refused: ProblemCode | null
  seen: number
  mine: boolean
  refusal: (act: 'visit.close' | 'visit.void') => ProblemCode | null
}

function photosOf(rows: RowSet, visit: string, states: (row: Row<'photo'>) => Whereabouts): VisitPhoto[] {
  const photos: VisitPhoto[] = []
  for (const [key, row] of rows) {
    const photo = key.startsWith('photo:') ? (row as Row<'photo'>) : undefined
    if (photo?.of.id === visit && !photo.retracted && !photo.erased_at) photos.push({ photo, state: states(photo) })
  }
  return photos.sort((a, b) => a.photo.taken_at - b.photo.taken_at)
}

/** One visit; `undefined` while it is not on this phone. */
export async function getVisit(id: string): Promise<VisitView | undefined> {
  const { cache, outbox, person } = store()
  const [{ all }, under, { device, of }, around, seen] = await Promise.all([
    listVisits(),
    confirmedUnder(cache, id),
    ownWork(outbox, id),
    surroundings(cache),
    cache.seen(),
  ])
  const visit = all.find((one) => one.id === id)
  if (!visit) return undefined
  const work = of.get(id) ?? NO_WORK
  const rows = overlay(under, laidOn(work), { person, device })
  const photos = photosOf(rows, id, (photo) => photoState(work, photo.id, photo))
  const own = stateOf(work, 'visit', id, visit)
  const branch = around.branches.get(visit.branch)
  const at: Circumstances = { person, visit, over: (role) => holdsOver(around.audiences, role, branch, around.units) }
  const whole = own === 'server' ? 'full' : own
  return {
    visit,
    card: cardOf(visit, all),
    corrected: all.find((other) => other.corrects === id && other.status === 'closed'),
    photos,
    state: photos.length > 0 ? worst([whole, ...photos.map(({ state }) => state)]) : own,
    refused: (work.refused.find((change) => change.id === id)?.code as ProblemCode | undefined) ?? null,
    seen,
    mine: visit.person === person,
    refusal: (act) => refusalOf(act, at),
  }
}

/** The branch a person logs visits for: where they are at home. */
export async function ownBranch(): Promise<Row<'branch'> | undefined> {
  const { branches, audiences } = await surroundings(store().cache)
  const home = branches.get(session.peek()?.person.home ?? '')
  if (home) return home
  for (const audience of audiences) {
    const [kind, place, role] = audience.split(':')
    const branch = kind === 'unit' && (role === 'carrier' || role === 'manager') ? branches.get(place ?? '') : undefined
    if (branch) return branch
  }
  return undefined
}

export interface Month {
  branch: Row<'branch'> | undefined
  done: Tally
  /** How many of them no server has confirmed yet. */
  pending: Tally
  /** What the edition of the visiting form asks of a branch in a month. */
  target: Tally
  /** The average of what customers said this month in points, of the visits on this phone. */
  satisfaction: number | null
}

const NONE: Tally = { visits: 0, ride_alongs: 0, cards: 0 }

function average(visits: readonly Row<'visit'>[], month: string): number | null {
  const said = visits.flatMap(({ status, satisfaction, started_at }) =>
    status === 'closed' && satisfaction !== null && monthOf(started_at) === month ? [satisfaction] : [],
  )
  return said.length === 0 ? null : said.reduce((sum, one) => sum + one, 0) / said.length
}

/** The month of one's branch, with own visits laid on that the server has not counted yet. */
export async function thisMonth(now: number): Promise<Month> {
  const { cache } = store()
  const month = monthOf(now)
  const [branch, { all }, confirmed, quotas] = await Promise.all([
    ownBranch(),
    listVisits(),
    confirmedOf(cache, 'visit'),
    shownOf('quota'),
  ])
  const id = branch?.id ?? ''
  const told = quotas.find((quota) => quota.branch === id && quota.month === month) ?? NONE
  const shown = tallyOf(all, id, month)
  const known = tallyOf([...confirmed.values()] as Row<'visit'>[], id, month)
  return {
    branch,
    done: withOwn(told, shown, known),
    pending: withOwn(NONE, shown, known),
    target: TARGETS,
    satisfaction: average(all, month),
  }
}

/** Drafts of this person, without the cards that go with one; and what is to be followed up, the next due first. */
export async function openVisits(): Promise<{ drafts: Row<'visit'>[]; due: Row<'visit'>[] }> {
  const { person } = store()
  const { all } = await listVisits()
  const own = all.filter((visit) => visit.person === person)
  const drafts = own.filter(
    (visit) =>
      visit.status === 'draft' &&
      !(visit.kind === 'card' && own.some((other) => other.kind !== 'card' && cardOf(other, own) === visit)),
  )
  const closed = all.filter((visit) => visit.status === 'closed' && visit.kind !== 'card')
  const corrected = new Set(closed.map((visit) => visit.corrects))
  const later = new Map<string, number>()
  for (const { customer, started_at } of closed) {
    if (customer) later.set(customer, Math.max(later.get(customer) ?? 0, started_at))
  }
  const due = closed
    .filter((visit) => visit.follow_up_on && !corrected.has(visit.id))
    .filter((visit) => !visit.customer || later.get(visit.customer) === visit.started_at)
    .sort((a, b) => ((a.follow_up_on ?? '') < (b.follow_up_on ?? '') ? -1 : 1))
  return { drafts, due }
}

/** The row of a visit as shown, for what is copied from it. */
export async function visitRow(id: string): Promise<Row<'visit'> | undefined> {
  return (await listVisits()).all.find((visit) => visit.id === id)
}

/** The last visit at a customer where something was heard that asks for an answer. */
export async function lastWord(customer: string, but: string): Promise<Row<'visit'> | undefined> {
  const { all } = await listVisits()
  return all.find(
    (visit) => visit.customer === customer && visit.id !== but && visit.status === 'closed' && visit.complaint !== null,
  )
}
