import { score } from '../core/scoring.ts'
import { useLive } from '../database/live.ts'
import { previousResults } from './queries.ts'
import { answersOf, type InspectionView } from './view.ts'

/** What the last three inspections here found at an item, newest first. */
export interface History {
  /** Points kept, in tenths. */
  scores: number[]
  /** How often each check failed. */
  fails: Readonly<Record<string, number>>
}

const NONE: History = { scores: [], fails: {} }

/** The memory of a branch for one item; it needs no network. */
export function useHistory(view: InspectionView | undefined, item: string): History {
  const branch = view?.inspection.branch
  const compiled = view?.edition?.compiled
  const found = useLive(async () => {
    if (!branch || !compiled) return NONE
    const fails: Record<string, number> = {}
    const scores: number[] = []
    for (const { finding } of await previousResults(branch, item, view?.id)) {
      if (!finding) continue
      for (const [check, { result }] of Object.entries(finding.checks)) {
        if (result === 'fail') fails[check] = (fails[check] ?? 0) + 1
      }
      const of = score(compiled, answersOf([finding], compiled)).items[item]
      if (of) scores.push(of.of - of.lost)
    }
    return { scores, fails }
  }, [branch, compiled, item])
  return found ?? NONE
}
