/** What a history is read against: how its records stand now, and what this person may bring back. */

import type { AnyRow } from '../core/rows.ts'
import { valueAt } from '../core/rows.ts'
import { getCustomer } from '../customers/queries.ts'
import { confirmedRow } from '../database/confirmed.ts'
import { store } from '../database/open.ts'
import { shownOf } from '../database/shown.ts'
import { getInspection } from '../inspections/queries.ts'
import type { InspectionView } from '../inspections/view.ts'
import { hasRole } from '../people/roles.ts'
import type { EditionHere } from '../standards/queries.ts'
import { nameOf } from '../standards/titles.ts'
import type { Kind, Step, Word } from './steps.ts'

/** `correct`: by a supervisor, who says why. */
export type Way = 'edit' | 'correct' | null

export interface Ground {
  /** What the record is called. */
  title: string
  line: string
  root: string
  view: InspectionView | undefined
  edition: EditionHere | undefined
  row: (step: Pick<Step, 'type' | 'record'>) => AnyRow | undefined
  /** How this person may bring a value back. */
  way: (step: Step, word: Word) => Way
}

const GONE_BY = ['unpicked', 'passed', 'replaced']

/** Whether a value was passed over and is not what stands: only then there is something to bring back. */
function isPast(row: AnyRow | undefined, { path, value, fate }: Word): boolean {
  if (!row || !GONE_BY.includes(fate) || row.open?.[path]) return false
  return JSON.stringify(valueAt(row, path) ?? null) !== JSON.stringify(value ?? null)
}

function ofInspection(view: InspectionView, item: string | undefined): Ground {
  const of = item === undefined ? undefined : view.edition?.compiled.items.get(item)?.content
  const row: Ground['row'] = ({ type, record }) =>
    type === 'inspection' ? view.inspection : [...view.findings.values()].find(({ id }) => id === record)?.row
  return {
    title: of ? nameOf(of) : (view.branch?.name ?? ''),
    line: of ? (view.branch?.name ?? '') : '',
    root: view.id,
    view,
    edition: view.edition,
    row,
    way: (step, word) => {
      const now = row(step)
      if (!isPast(now, word) || word.path.startsWith('members.')) return null
      if (step.type === 'inspection') return view.refusal('inspection.submit') === null ? 'edit' : null
      if (now && 'item' in now && view.findings.get(now.item)?.editable) return 'edit'
      const reviewed = view.inspection.status === 'submitted' && view.refusal('finding.correct') === null
      return reviewed && word.path.startsWith('checks.') ? 'correct' : null
    },
  }
}

function ofOther(row: AnyRow | undefined, id: string, title: string, open: boolean): Ground {
  return {
    title,
    line: '',
    root: id,
    view: undefined,
    edition: undefined,
    row: () => row,
    way: (_, word) => (open && isPast(row, word) ? 'edit' : null),
  }
}

/** `null` where this phone does not hold the record. */
export async function groundOf(type: Kind, id: string): Promise<Ground | null> {
  const { cache, person } = store()
  if (type === 'customer') {
    const row = (await getCustomer(id))?.customer
    const keeps = hasRole('carrier') || hasRole('manager')
    return row ? ofOther(row, id, row.name, keeps && row.status === 'active') : null
  }
  if (type === 'visit') {
    const row = (await shownOf('visit')).find((one) => one.id === id)
    const branch = row && (await confirmedRow(cache, 'branch', row.branch))
    return row ? ofOther(row, id, branch?.name ?? '', row.person === person && row.status === 'draft') : null
  }
  const finding = type === 'finding' ? (await shownOf('finding')).find((one) => one.id === id) : undefined
  const view = await getInspection(finding?.inspection ?? id)
  return view ? ofInspection(view, finding?.item) : null
}

/** The same for a view that is open already. */
export const groundOfCheck = (view: InspectionView, item: string): Ground => ofInspection(view, item)
