/**
 * The twin of `sync/scoring.py`: the same score from the same answers, held to it by `sync/vectors/scoring/`.
 * Integers only: points in tenths, percentages in hundredths. Division is exact (`floorDiv`), never rounded.
 */
import type { Answer } from '../contract/records.ts'
import { type Compiled, type CompiledItem, type CompiledRule, isWhole, type Mark, sum } from './standard.ts'

export * from './standard.ts'
export type { Answer }
export type Answers = Readonly<Record<string, Answer>>

export interface Part {
  score: number
  of: number
  complete: boolean
}

export interface LedgerRow {
  item: string
  rule: string
  checks: string[]
  count: number
  /** Before the item's cap. */
  lost: number
}

interface Both<T> {
  standard: T | null
  model: T | null
}

export interface Verdict {
  complete: boolean
  standard: 'reached' | 'short' | null
  model: 'vetoed' | 'qualified' | 'short' | null
  /** Present while there is no third-party score. */
  provisional?: true
}

export interface Score {
  total: number
  max: number
  onsite: Part
  desk: Part
  sections: Record<string, { score: number; of: number }>
  items: Record<string, { lost: number; of: number; capped: number }>
  ledger: LedgerRow[]
  vetoes: string[]
  composite: Both<number> | null
  verdict: Verdict | null
  margin: Both<number> | null
}

export class BadAnswer extends Error {
  constructor(
    readonly code: 'unknown_check' | 'bad_value',
    readonly check: string,
  ) {
    super(`${code}: ${check}`)
  }
}

const LARGEST_NUMBER = 1_000_000_000
const RESULTS: readonly unknown[] = ['pass', 'fail', 'na', 'todo']
const KEYS: readonly string[] = ['result', 'count', 'value', 'bulk']

/** Whole part of n / d towards minus infinity; exact for all safe integers, d > 0. */
function floorDiv(n: number, d: number): number {
  return (n - (((n % d) + d) % d)) / d
}

/** Why this answer to this check must be refused, or null. */
export function answerFlaw(standard: Compiled, check: string, answer: unknown): 'unknown_check' | 'bad_value' | null {
  if (!standard.checks.has(check)) return 'unknown_check'
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return 'bad_value'
  const { result, count, value, bulk } = answer as Record<string, unknown>
  const fits =
    Object.keys(answer).every((key) => KEYS.includes(key)) &&
    RESULTS.includes(result) &&
    (count === undefined || isWhole(count, 1, LARGEST_NUMBER)) &&
    (value === undefined || isWhole(value, 0, LARGEST_NUMBER)) &&
    (bulk === undefined || typeof bulk === 'boolean')
  return fits ? null : 'bad_value'
}

function answerOf(answers: Answers, check: string): Answer | undefined {
  return Object.hasOwn(answers, check) ? answers[check] : undefined
}

/** Checks that bear a rule and are unanswered, in the standard's order; on site, at the desk, or (null) both. */
export function openChecks(standard: Compiled, answers: Answers, onsite: boolean | null = true): string[] {
  const among = [...standard.checks.values()].filter((check) => onsite === null || check.onsite === onsite)
  return among.filter((check) => isOpen(check.rule, answerOf(answers, check.code))).map((check) => check.code)
}

function isOpen(rule: CompiledRule | null, answer: Answer | undefined): boolean {
  if (!rule) return false
  if (!answer) return true
  if (rule.kind === 'per_percentage_point') return answer.value === undefined && answer.result !== 'na'
  return answer.result === 'todo'
}

/** The whole result; `thirdParty` in tenths. Throws BadAnswer for an answer that should have been refused before. */
export function score(standard: Compiled, answers: Answers, thirdParty: number | null = null): Score {
  for (const [check, answer] of Object.entries(answers)) {
    const flaw = answerFlaw(standard, check, answer)
    if (flaw) throw new BadAnswer(flaw, check)
  }
  if (thirdParty !== null && !isWhole(thirdParty, 0, LARGEST_NUMBER)) throw new BadAnswer('bad_value', 'third_party')
  const ledger: LedgerRow[] = []
  const items = new Map<string, Score['items'][string]>()
  for (const item of standard.items.values()) {
    const losses = item.rules.flatMap((rule) => loss(item, rule, answers) ?? [])
    const demanded = sum(losses.map((row) => row.lost))
    const lost = Math.min(demanded, item.points)
    items.set(item.code, { lost, of: item.points, capped: demanded - lost })
    ledger.push(...losses)
  }
  const vetoRows = [...standard.checks.values()].filter(({ rule }) => rule?.kind === 'veto')
  const vetoes = vetoRows.map(({ code }) => code).filter((code) => answerOf(answers, code)?.result === 'fail')
  const total = standard.points - sum([...items.values()].map((row) => row.lost))
  const onsite = part(standard, items, answers, true)
  const desk = part(standard, items, answers, false)
  return {
    total,
    max: standard.points,
    onsite,
    desk,
    sections: Object.fromEntries([...standard.sections].map(([code, own]) => [code, scoreOf(own, items)])),
    items: Object.fromEntries(items),
    ledger,
    vetoes,
    ...judge(standard, total, thirdParty, vetoes.length > 0, onsite.complete && desk.complete),
  }
}

/** The ledger's row of a rule, before the item's cap; null if there is nothing to tell. */
function loss(item: CompiledItem, rule: CompiledRule, answers: Answers): LedgerRow | null {
  const measured = rule.kind === 'per_percentage_point'
  const failed = rule.checks.filter((check) => measured || answerOf(answers, check)?.result === 'fail')
  let count = failed.length
  if (measured) count = sum(failed.map((check) => pointsShort(rule, answerOf(answers, check))))
  else if (rule.counts) count = sum(failed.map((check) => answerOf(answers, check)?.count ?? 1))
  const lost = rule.points * (rule.each ? count : Number(count > 0))
  if (lost === 0 && !(rule.kind === 'veto' && count > 0)) return null
  return { item: item.code, rule: rule.id, checks: failed, count, lost }
}

/** Whole percentage points below the target. */
function pointsShort(rule: CompiledRule, answer: Answer | undefined): number {
  const value = answer?.value
  if (value === undefined || answer?.result === 'na' || value >= rule.target) return 0
  return floorDiv(rule.target - value, 100)
}

function scoreOf(own: readonly CompiledItem[], items: ReadonlyMap<string, Score['items'][string]>) {
  const of = sum(own.map((item) => item.points))
  return { score: of - sum(own.map((item) => items.get(item.code)?.lost ?? 0)), of }
}

function part(
  standard: Compiled,
  items: ReadonlyMap<string, Score['items'][string]>,
  answers: Answers,
  onsite: boolean,
): Part {
  const own = [...standard.items.values()].filter((item) => item.onsite === onsite)
  return { ...scoreOf(own, items), complete: openChecks(standard, answers, onsite).length === 0 }
}

/** Composite, verdict and margin; all null for a standard without pass rules. */
function judge(
  { reached, model }: Compiled,
  total: number,
  thirdParty: number | null,
  vetoed: boolean,
  complete: boolean,
): Pick<Score, 'composite' | 'verdict' | 'margin'> {
  if (!reached && !model) return { composite: null, verdict: null, margin: null }
  const composite = {
    standard: reached && compositeOf(reached, total, thirdParty),
    model: model && compositeOf(model, total, thirdParty),
  }
  const margin = {
    standard: reached && marginOf(reached, total, thirdParty),
    model: model && marginOf(model, total, thirdParty),
  }
  // A mark is kept exactly as long as there is something, or nothing, left to lose.
  const verdict: Verdict = {
    complete,
    standard: margin.standard === null ? null : margin.standard >= 0 ? 'reached' : 'short',
    model: margin.model === null ? null : vetoed ? 'vetoed' : margin.model >= 0 ? 'qualified' : 'short',
  }
  if (thirdParty === null) verdict.provisional = true
  return { composite, verdict, margin }
}

/** The weighted mean in tenths, rounded half up: floor((2n + d) / 2d). */
function compositeOf(mark: Mark, total: number, thirdParty: number | null): number | null {
  if (thirdParty === null) return null
  const weights = mark.inspection + mark.thirdParty
  return floorDiv(2 * (mark.inspection * total + mark.thirdParty * thirdParty) + weights, 2 * weights)
}

/** The largest loss of the total that still keeps the mark; derived in `sync/scoring.py`. */
function marginOf(mark: Mark, total: number, thirdParty: number | null): number {
  if (thirdParty === null) return total - mark.score
  const weights = mark.inspection + mark.thirdParty
  const weighted = mark.inspection * total + mark.thirdParty * thirdParty
  return floorDiv(2 * weighted + weights - 2 * weights * mark.score, 2 * mark.inspection)
}

/** A margin as people are shown it, in the edition's steps: what is left rounded down, what is lacking up. */
export function inSteps(standard: Compiled, margin: number): number {
  return floorDiv(margin, standard.step) * standard.step
}
