import type { Answer } from '../contract/records.ts'
import { score } from '../core/scoring.ts'
import { useLater } from '../database/live.ts'
import { previousResults } from './queries.ts'
import { answersOf, type InspectionView } from './view.ts'

interface Past {
  at: number
  /** Result by check code. */
  results: Readonly<Record<string, Answer['result']>>
  /** Points the item kept, in tenths. */
  kept: number
}

/** What the last three inspections here found at an item, newest first. */
export interface History {
  past: readonly Past[]
  /** How often each check failed. */
  fails: Readonly<Record<string, number>>
}

export const NO_HISTORY: History = { past: [], fails: {} }

/** The memory of a branch for one item; it needs no network. `undefined` until it is read. */
export function useHistory(view: InspectionView | undefined, item: string): History | undefined {
  const branch = view?.inspection.branch
  const compiled = view?.edition?.compiled
  return useLater(async (): Promise<History> => {
    if (!branch || !compiled) return NO_HISTORY
    const fails: Record<string, number> = {}
    const past: Past[] = []
    for (const { at, finding } of await previousResults(branch, item, view?.id)) {
      const of = finding && score(compiled, answersOf([finding], compiled)).items[item]
      if (!of) continue
      const results: Record<string, Answer['result']> = {}
      for (const [check, { result }] of Object.entries(finding.checks)) {
        results[check] = result
        if (result === 'fail') fails[check] = (fails[check] ?? 0) + 1
      }
      past.push({ at, results, kept: of.of - of.lost })
    }
    return { past, fails }
  }, [branch, compiled, item])
}
