import type { Answer } from '../contract/records.ts'
import { score } from '../core/scoring.ts'
import { useLater } from '../database/live.ts'
import { previousInspections } from './queries.ts'
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

/** By item code. */
export type Histories = ReadonlyMap<string, { past: Past[]; fails: Record<string, number> }>

const NONE: History = { past: [], fails: {} }

export const historyOf = (histories: Histories, item: string): History => histories.get(item) ?? NONE

/** The memory of a branch, by item; it needs no network. `undefined` until it is read. */
export function useHistories(view: InspectionView | undefined): Histories | undefined {
  const branch = view?.inspection.branch
  const compiled = view?.edition?.compiled
  return useLater(async (): Promise<Histories> => {
    const histories = new Map<string, { past: Past[]; fails: Record<string, number> }>()
    if (!branch || !compiled) return histories
    for (const { at, findings } of await previousInspections(branch, view?.id)) {
      const { items } = score(compiled, answersOf(findings.values(), compiled))
      for (const [item, { checks }] of findings) {
        const of = items[item]
        if (!of) continue
        const { past, fails } = histories.get(item) ?? { past: [], fails: {} }
        const results: Record<string, Answer['result']> = {}
        for (const [check, { result }] of Object.entries(checks)) {
          results[check] = result
          if (result === 'fail') fails[check] = (fails[check] ?? 0) + 1
        }
        past.push({ at, results, kept: of.of - of.lost })
        histories.set(item, { past, fails })
      }
    }
    return histories
  }, [branch, compiled])
}
