import { inSteps, openChecks, type Score } from '../core/scoring.ts'
import type { Compiled, CompiledItem } from '../core/standard.ts'
import { checkText } from '../standards/titles.ts'
import { t } from '../texts/index.ts'
import type { Line } from '../ui/margins.ts'
import type { InspectionView } from './view.ts'

/** The marks of an edition with what is left to them; none for a standard without pass rules. */
export function linesOf(score: Score, compiled: Compiled): Line[] {
  const lines: Line[] = []
  const { reached, model } = compiled
  const { standard, model: toModel } = score.margin ?? { standard: null, model: null }
  if (reached && standard !== null) {
    lines.push({ at: reached.score, name: t('lineStandard'), margin: inSteps(compiled, standard) })
  }
  if (model && toModel !== null) {
    lines.push({ at: model.score, name: t('lineModel'), margin: inSteps(compiled, toModel) })
  }
  return lines
}

/** The failed veto checks in words. */
export const vetoWords = (score: Score, compiled: Compiled): string[] =>
  score.vetoes.flatMap((code) => {
    const check = compiled.checks.get(code)
    return check ? [checkText(check.content)] : []
  })

export interface Progress {
  done: number
  of: number
}

/** How many checks of an item have an answer. */
export function progressOf(item: CompiledItem, answers: InspectionView['answers']): Progress {
  const done = item.checks.filter((code) => (answers[code]?.result ?? 'todo') !== 'todo').length
  return { done, of: item.checks.length }
}

export const sumOf = (parts: readonly Progress[]): Progress =>
  parts.reduce((sum, part) => ({ done: sum.done + part.done, of: sum.of + part.of }), { done: 0, of: 0 })

/** The items one works through at the branch: those that may be edited, or all when none may. */
export function workItems(view: InspectionView): CompiledItem[] {
  const onsite = [...(view.edition?.compiled.items.values() ?? [])].filter((item) => item.onsite)
  if (view.inspection.status !== 'returned') return onsite
  const open = onsite.filter((item) => view.findings.get(item.code)?.editable)
  return open.length > 0 ? open : onsite
}

/** Where to go on: the first item with something unanswered, or given back. */
export function nextItem(view: InspectionView, after?: string): CompiledItem | undefined {
  const items = workItems(view)
  const from = items.findIndex((item) => item.code === after) + 1
  const rest = [...items.slice(from), ...items.slice(0, from)]
  if (view.inspection.status === 'returned') return rest[0]
  return rest.find((item) => {
    const { done, of } = progressOf(item, view.answers)
    return done < of
  })
}

/** How many on-site checks have no answer. */
export function openCount(view: InspectionView): number {
  return view.edition ? openChecks(view.edition.compiled, view.answers).length : 0
}
