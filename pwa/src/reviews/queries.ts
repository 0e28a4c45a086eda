/** What waits for review, and one inspection opened for it. */

import type { ProblemCode } from '../contract/problems.ts'
import { FIELDS, type RecordType } from '../contract/records.ts'
import { type RowSet, rowKey } from '../core/overlay.ts'
import type { AnyRow, Row } from '../core/rows.ts'
import { holdsOver } from '../core/scope.ts'
import type { ConfirmedInspection } from '../database/confirmed.ts'
import { store } from '../database/open.ts'
import { shownInspection } from '../database/shown.ts'
import { getInspection, type InspectionEntry, listInspections, viewOf } from '../inspections/queries.ts'
import type { InspectionView } from '../inspections/view.ts'
import { surroundings } from '../people/surroundings.ts'
import { call, isObject } from '../sync/http.ts'

export interface ReviewFilters {
  /** Left out: those that wait for review. */
  status?: Row<'inspection'>['status'][]
  branch?: string
  lead?: string
  /** Submitted at or after, and before; epoch milliseconds. */
  from?: number
  until?: number
  search?: string
}

/** Submitted inspections over which the person is a supervisor, the longest waiting first. */
export async function listSubmitted(filters: ReviewFilters = {}): Promise<InspectionEntry[]> {
  const { cache } = store()
  const { branches, units, audiences } = await surroundings(cache)
  const status = filters.status ?? ['submitted']
  const words = (filters.search ?? '').trim().toLowerCase()
  const wanted = (row: Row<'inspection'>): boolean => {
    const branch = branches.get(row.branch)
    const at = row.submitted_at ?? row.started_at
    if (!status.includes(row.status) || !holdsOver(audiences, 'supervisor', branch, units)) return false
    if (filters.branch && row.branch !== filters.branch) return false
    if (filters.lead && row.lead !== filters.lead) return false
    if (at < (filters.from ?? 0) || at >= (filters.until ?? Number.POSITIVE_INFINITY)) return false
    return [branch?.name, branch?.code, branch?.initials].some((text) => text?.toLowerCase().includes(words)) || !words
  }
  const entries = await listInspections(wanted)
  return entries.reverse()
}

export type Opened = { view: InspectionView } | { missing: ProblemCode | 'offline' }

function rowsOf(body: unknown): ConfirmedInspection | null {
  if (!isObject(body) || !isObject(body['rows']) || typeof body['cursor'] !== 'number') return null
  const rows: RowSet = new Map()
  for (const type of Object.keys(body['rows'])) {
    if (!(type in FIELDS)) continue
    for (const row of body['rows'][type as RecordType] as AnyRow[]) rows.set(rowKey(type, row.id), row)
  }
  return { rows, seen: body['cursor'] }
}

/** An inspection to be reviewed: from this phone, or from the server when the phone does not hold it. */
export async function openReview(id: string): Promise<Opened> {
  const held = await getInspection(id)
  if (held) return { view: held }
  const answer = await call({ method: 'GET', url: `/api/inspections/${id}` })
  if (answer.kind === 'problem') return { missing: answer.code }
  const fetched = answer.kind === 'ok' ? rowsOf(answer.body) : null
  if (!fetched) return { missing: 'offline' }
  const view = await viewOf(await shownInspection(id, fetched))
  return view ? { view } : { missing: 'not_found' }
}
