/** Visits with what stands beside them in a list. */

import type { Row } from '../core/rows.ts'
import { customerNames } from '../customers/queries.ts'
import { outboxNow } from '../database/held.ts'
import { store } from '../database/open.ts'
import { NO_WORK, ownWork, stateOf } from '../sync/whereabouts.ts'
import { type Heard, ownHeard } from './heard.ts'
import { listVisits, type Month, openVisits, thisMonth } from './queries.ts'
import type { VisitEntry } from './VisitRow.tsx'

/** Each visit with the name of its customer and where it is. */
export async function entriesOf(visits: readonly Row<'visit'>[]): Promise<VisitEntry[]> {
  const { outbox } = store()
  const [names, work, { all }] = await Promise.all([
    customerNames(visits.flatMap(({ customer }) => customer ?? [])),
    ownWork(outbox),
    listVisits(),
  ])
  const corrected = new Set(all.filter(({ status }) => status === 'closed').map(({ corrects }) => corrects))
  return visits.map((visit) => ({
    visit,
    customer: names.get(visit.customer ?? '') ?? '',
    corrected: corrected.has(visit.id),
    state: stateOf(work.of.get(visit.id) ?? NO_WORK, 'visit', visit.id, visit),
  }))
}

export interface VisitsDay {
  month: Month
  drafts: VisitEntry[]
  due: VisitEntry[]
  /** What was heard and passed on, with what became of it. */
  heard: Heard[]
  recent: VisitEntry[]
}

/** What somebody who visits comes to see: the month, what is not finished, what was promised, what was done. */
export async function visitsDay(now: number, recent: number): Promise<VisitsDay> {
  await outboxNow(store().outbox)
  const [month, { drafts, due }, { all }, heard] = await Promise.all([
    thisMonth(now),
    openVisits(),
    listVisits(),
    ownHeard(now),
  ])
  const closed = all.filter(({ status, kind }) => status === 'closed' && kind !== 'card').slice(0, recent)
  const [draftLines, dueLines, recentLines] = await Promise.all([entriesOf(drafts), entriesOf(due), entriesOf(closed)])
  return { month, drafts: draftLines, due: dueLines, heard, recent: recentLines }
}
