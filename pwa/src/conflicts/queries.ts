/** Opinions that differ, wherever this person sees them. */

import { rowOf } from '../core/overlay.ts'
import { isDecided } from '../core/workflow.ts'
import { shownInspections } from '../database/shown.ts'
import { viewOf } from '../inspections/queries.ts'
import type { Conflict, InspectionView } from '../inspections/view.ts'

export interface OpenConflict {
  view: InspectionView
  conflict: Conflict
  /** Whether this person may choose, and there is something for them to choose. */
  mine: boolean
}

/** Who may edit a finding, or review it, may settle its conflict. */
export function maySettle(view: InspectionView, item: string): boolean {
  if (view.findings.get(item)?.editable) return true
  return !isDecided(view.inspection) && view.refusal('finding.correct') === null
}

/** Everything that waits for a person to choose: what this one may decide first, then the longest waiting. */
export async function listConflicts(): Promise<OpenConflict[]> {
  const shown = (await shownInspections()).filter(({ id, rows }) => {
    const inspection = rowOf(rows, 'inspection', id)
    if (!inspection || isDecided(inspection)) return false
    return [...rows.values()].some((row) => row.open && Object.keys(row.open).length > 0)
  })
  const views = await Promise.all(shown.map((one) => viewOf(one)))
  const found = views.flatMap((view) =>
    view
      ? view.conflicts.map((conflict) => {
          const mine = maySettle(view, conflict.item) && conflict.choices.some(({ pickable }) => pickable)
          return { view, conflict, mine }
        })
      : [],
  )
  const since = ({ conflict }: OpenConflict) => Math.max(...conflict.choices.map(({ at }) => at))
  return found.sort((a, b) => Number(b.mine) - Number(a.mine) || since(a) - since(b))
}

export const placeOf = ({ inspection, item, check }: Conflict): string => `/inspections/${inspection}/${item}/${check}`
