/** Inspections on this phone. */

import { rowOf } from '../core/overlay.ts'
import type { Row } from '../core/rows.ts'
import { holdsOver } from '../core/scope.ts'
import { store } from '../database/open.ts'
import { type ShownInspection, shownInspection, shownInspections, shownOf } from '../database/shown.ts'
import { surroundings } from '../people/surroundings.ts'
import { editionOf } from '../standards/queries.ts'
import type { Whereabouts } from '../sync/whereabouts.ts'
import { findingRows, type InspectionView, inspectionView } from './view.ts'

export interface InspectionEntry {
  inspection: Row<'inspection'>
  branch: Row<'branch'> | undefined
  /** Title of the edition, empty while it is not on this phone. */
  standard: string
  /** On-site checks that have an answer, of how many. */
  answered: number
  checks: number
  /** Tenths of a point; null while the edition is not on this phone. */
  total: number | null
  vetoes: number
  /** Items given back that wait for an answer. */
  returned: number
  conflicts: number
  photos: { stored: number; total: number }
  state: Whereabouts
  /** The person leads it or is a member. */
  mine: boolean
}

/** An inspection with everything in it; `undefined` while it is not on this phone. */
export async function getInspection(id: string): Promise<InspectionView | undefined> {
  return viewOf(await shownInspection(id))
}

/** Builds the view of an inspection from what is shown of it. */
export async function viewOf(shown: ShownInspection): Promise<InspectionView | undefined> {
  const { cache, person } = store()
  const inspection = rowOf(shown.rows, 'inspection', shown.id)
  if (!inspection) return undefined
  const [edition, around] = await Promise.all([editionOf(cache, inspection.standard), surroundings(cache)])
  const branch = around.branches.get(inspection.branch)
  return inspectionView({
    inspection,
    rows: shown.rows,
    work: shown.work,
    seen: shown.seen,
    edition,
    branch,
    person,
    over: (role) => holdsOver(around.audiences, role, branch, around.units),
    name: (author) => around.people.get(author)?.name ?? '',
  })
}

/** One line of a list, read off the whole view. */
export function entryOf(view: InspectionView, person: string): InspectionEntry {
  const { inspection, edition, score, photos } = view
  const onsite = [...(edition?.compiled.checks.values() ?? [])].filter((check) => check.onsite)
  const wanted = photos.filter(({ photo }) => !photo.retracted)
  return {
    inspection,
    branch: view.branch,
    standard: edition?.row.title ?? '',
    answered: onsite.filter(({ code }) => (view.answers[code]?.result ?? 'todo') !== 'todo').length,
    checks: onsite.length,
    total: score?.total ?? null,
    vetoes: score?.vetoes.length ?? 0,
    returned: [...view.findings.values()].filter(({ row }) => row?.status === 'returned').length,
    conflicts: view.conflicts.length,
    photos: { stored: wanted.filter(({ photo }) => photo.stored_at || photo.waived).length, total: wanted.length },
    state: view.state,
    mine: inspection.lead === person || inspection.members[person] === true,
  }
}

const touchedAt = ({ inspection }: InspectionEntry) => inspection.submitted_at ?? inspection.started_at

/** Lines of inspections in which nothing of this phone waits: they stay as they are until the server speaks. */
const plain = new WeakMap<ShownInspection, InspectionEntry>()

async function lineOf(shown: ShownInspection, person: string): Promise<InspectionEntry | undefined> {
  const known = plain.get(shown)
  if (known) return known
  const view = await viewOf(shown)
  const entry = view && entryOf(view, person)
  if (entry && view.edition) plain.set(shown, entry)
  return entry
}

/** Inspections in sight, newest first; `wanted` narrows them before they are scored. */
export async function listInspections(
  wanted: (inspection: Row<'inspection'>) => boolean = () => true,
): Promise<InspectionEntry[]> {
  const { person } = store()
  const shown = (await shownInspections()).filter(({ id, rows }) => {
    const row = rowOf(rows, 'inspection', id)
    return row !== undefined && wanted(row)
  })
  const entries = await Promise.all(shown.map((one) => lineOf(one, person)))
  return entries.filter((entry) => entry !== undefined).sort((a, b) => touchedAt(b) - touchedAt(a))
}

export interface PastInspection {
  inspection: string
  at: number
  findings: ReadonlyMap<string, Row<'finding'>>
}

/** The last three inspections of a branch, newest first, but the one that is under way. */
export async function previousInspections(branch: string, except?: string): Promise<PastInspection[]> {
  const past = (await shownOf('inspection'))
    .filter((row) => row.branch === branch && row.id !== except)
    .filter((row) => row.status === 'submitted' || row.status === 'approved')
    .sort((a, b) => b.started_at - a.started_at)
    .slice(0, 3)
  return Promise.all(
    past.map(async ({ id, started_at }) => ({
      inspection: id,
      at: started_at,
      findings: findingRows((await shownInspection(id)).rows, id),
    })),
  )
}
