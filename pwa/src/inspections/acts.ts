/** Every gesture of an inspector; each resolves after it is on disk, and never before. */

import type { Answer, Position } from '../contract/records.ts'
import { findingId, uuid7 } from '../core/ids.ts'
import { type RowSet, rowOf } from '../core/overlay.ts'
import { type Draft, perform } from '../database/gesture.ts'
import { store } from '../database/open.ts'

export interface Start {
  branch: string
  /** Id of the edition's record: the inspection stays with it for ever. */
  standard: string
  task?: string | null
  position?: Position | null
}

/** Starts an inspection; its id. */
export async function startInspection(start: Start, now = Date.now()): Promise<string> {
  const id = uuid7(now)
  const set: Record<string, unknown> = { branch: start.branch, standard: start.standard, started_at: now }
  if (start.task) set['task'] = start.task
  if (start.position) set['position'] = start.position
  await perform({ root: id, reads: [['inspection', id]], decide: () => [{ type: 'inspection', id, set }] }, now)
  return id
}

/** The edit of a finding, which also creates it where this phone knows of none. */
export function editOf(shown: RowSet, inspection: string, item: string, set: Record<string, unknown>): Draft {
  const id = findingId(inspection, item)
  const creates = rowOf(shown, 'finding', id) ? {} : { inspection, item }
  return { type: 'finding', id, set: { ...creates, ...set } }
}

async function editFinding(inspection: string, item: string, set: Record<string, unknown>): Promise<void> {
  await perform({
    root: inspection,
    reads: [
      ['inspection', inspection],
      ['finding', findingId(inspection, item)],
    ],
    decide: (shown) => [editOf(shown, inspection, item, set)],
  })
}

/** What was found at one check; `reason` goes with a check that does not apply. A second tap on the same answer is no change. */
export async function recordCheck(inspection: string, item: string, check: string, answer: Answer, reason?: string) {
  const reasons = reason === undefined ? {} : { [`reasons.${check}`]: reason }
  const finding = findingId(inspection, item)
  await perform({
    root: inspection,
    reads: [
      ['inspection', inspection],
      ['finding', finding],
    ],
    decide: (shown) => {
      const before = rowOf(shown, 'finding', finding)?.checks[check]
      const same = before?.result === answer.result && before.count === answer.count && reason === undefined
      return same ? [] : [editOf(shown, inspection, item, { [`checks.${check}`]: answer, ...reasons })]
    },
  })
}

/** Passes the checks of one item that have no answer yet, as one change. `checks` are the item's checks that can pass. */
export async function passRest(inspection: string, item: string, checks: readonly string[]): Promise<string[]> {
  let passed: string[] = []
  await perform({
    root: inspection,
    reads: [
      ['inspection', inspection],
      ['finding', findingId(inspection, item)],
    ],
    decide: (shown) => {
      const answers = rowOf(shown, 'finding', findingId(inspection, item))?.checks ?? {}
      passed = checks.filter((check) => (answers[check]?.result ?? 'todo') === 'todo')
      if (passed.length === 0) return []
      const set = passed.map((check) => [`checks.${check}`, { result: 'pass', bulk: true } satisfies Answer])
      return [editOf(shown, inspection, item, Object.fromEntries(set))]
    },
  })
  return passed
}

/** The person's own note on an item; null takes it away. */
export function writeNote(inspection: string, item: string, text: string | null): Promise<void> {
  return editFinding(inspection, item, { [`notes.${store().person}`]: text })
}

/** Why a check does not apply; null takes it away. */
export function writeReason(inspection: string, item: string, check: string, text: string | null): Promise<void> {
  return editFinding(inspection, item, { [`reasons.${check}`]: text })
}

async function editInspection(id: string, set: Record<string, unknown>): Promise<void> {
  await perform({ root: id, reads: [['inspection', id]], decide: () => [{ type: 'inspection', id, set }] })
}

/** The closing remark; null takes it away. */
export const setRemark = (id: string, remark: string | null) => editInspection(id, { remark })

/** Who spoke for the branch. */
export const setRepresentative = (id: string, representative: string | null) => editInspection(id, { representative })

/** Takes a colleague in, or (as lead, or oneself) out. */
export const setMember = (id: string, person: string, member: boolean) =>
  editInspection(id, { [`members.${person}`]: member })

/** What an act is decided on: the view the person had before them. */
export interface Viewed {
  id: string
  seen: number
}

/** An act on an inspection. */
export async function actOn(viewed: Viewed, verb: string, args: Record<string, unknown> = {}): Promise<void> {
  const { id, seen } = viewed
  const draft: Draft = { type: 'inspection', id, act: verb, with: args, seen }
  await perform({ root: id, reads: [['inspection', id]], decide: () => [draft] })
}

/** Hands the inspection in; `shown` is what the screen showed (tenths of a point, vetoed checks). */
export function submit(viewed: Viewed, shown: { total: number; vetoes: string[] }): Promise<void> {
  return actOn(viewed, 'submit', { shown: { total: shown.total, vetoes: shown.vetoes } })
}

/** Joins a colleague's inspection as a member. */
export const join = (viewed: Viewed): Promise<void> => actOn(viewed, 'join')

/** Takes the lead over. */
export const takeOver = (viewed: Viewed, reason: string): Promise<void> => actOn(viewed, 'take_over', { reason })

/** Declares the inspection void. */
export const voidInspection = (viewed: Viewed, reason: string): Promise<void> => actOn(viewed, 'void', { reason })
