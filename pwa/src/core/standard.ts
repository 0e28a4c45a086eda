/** An edition compiled once for scoring; the twin of `sync/standards/compiled.py`. */
import type { Check, Edition, Item, Rule } from '../contract/edition.ts'

export type StandardContent = Edition
export type RuleKind = Rule['kind']

export interface CompiledRule {
  readonly id: string
  readonly kind: RuleKind
  /** Tenths that one failure costs. */
  readonly points: number
  /** Whether further failed checks cost again. */
  readonly each: boolean
  /** Whether the counts inside the answers multiply. */
  readonly counts: boolean
  /** Hundredths of a percent; 0 for all kinds but `per_percentage_point`. */
  readonly target: number
  readonly checks: readonly string[]
  readonly content: Rule
}

export interface CompiledCheck {
  readonly code: string
  /** Code of its item. */
  readonly item: string
  readonly onsite: boolean
  /** Null: recorded, never deducts. */
  readonly rule: CompiledRule | null
  readonly evidence: string
  readonly content: Check
}

export interface CompiledItem {
  readonly code: string
  /** Code of its section. */
  readonly section: string
  readonly points: number
  readonly onsite: boolean
  readonly rules: readonly CompiledRule[]
  readonly checks: readonly string[]
  readonly content: Item
}

/** What a pass rule asks: a score in tenths, and the weights of inspection and third party. */
export interface Mark {
  readonly score: number
  readonly inspection: number
  readonly thirdParty: number
}

/** An edition made ready for scoring; the maps are in the standard's order. */
export interface Compiled {
  readonly points: number
  /** `point_step` in tenths. */
  readonly step: number
  readonly sections: ReadonlyMap<string, readonly CompiledItem[]>
  readonly items: ReadonlyMap<string, CompiledItem>
  readonly checks: ReadonlyMap<string, CompiledCheck>
  readonly reached: Mark | null
  readonly model: Mark | null
}

export class BadEdition extends Error {}

const LARGEST_WEIGHT = 10_000
const KINDS: readonly unknown[] = [
  'per_occurrence',
  'per_missing',
  'once',
  'per_percentage_point',
  'all_or_nothing',
  'veto',
]
const EACH: readonly RuleKind[] = ['per_occurrence', 'per_missing', 'per_percentage_point']
const MULTIPLYING_UNITS: readonly unknown[] = ['instance', 'timed_transaction']

/** A decimal in units of 10^-places, read from its shortest digits: 0.5 is 5 tenths, 0.25 is refused. */
function exact(where: string, number: unknown, places: number): number {
  const digits = typeof number === 'number' ? /^(\d{1,5})(?:\.(\d+))?$/.exec(String(number)) : null
  const decimals = digits?.[2] ?? ''
  if (!digits || decimals.length > places) {
    throw new BadEdition(`${where}: ${String(number)} is no number with at most ${places} decimal places`)
  }
  return Number(`${digits[1]}${decimals.padEnd(places, '0')}`)
}

export function isWhole(number: unknown, least: number, most: number): number is number {
  return typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** Adds to a map; a code that is no text, empty or taken makes the edition unfit. */
function put<T>(map: Map<string, T>, what: string, code: unknown, value: T): void {
  if (typeof code !== 'string' || code === '' || map.has(code)) {
    throw new BadEdition(`${what} ${String(code)}: missing or doubled`)
  }
  map.set(code, value)
}

/** The edition ready to score; throws BadEdition if it cannot be. Sums of items decide over printed points. */
export function compile(standard: StandardContent): Compiled {
  const sections = new Map<string, readonly CompiledItem[]>()
  const items = new Map<string, CompiledItem>()
  const checks = new Map<string, CompiledCheck>()
  const rules = new Map<string, CompiledRule>()
  for (const section of standard.sections) {
    const compiled = section.items.map((item) => compileItem(section.code, item))
    put(sections, 'section', section.code, compiled)
    for (const item of compiled) {
      put(items, 'item', item.code, item)
      for (const rule of item.rules) put(rules, 'rule', rule.id, rule)
      for (const content of item.content.checks ?? []) {
        put(checks, 'check', content.code, compileCheck(item, content))
      }
    }
  }
  const step = exact('point_step', standard.point_step ?? 0.1, 1)
  if (step === 0) throw new BadEdition('point_step: is 0')
  const points = sum([...items.values()].map((item) => item.points))
  const marks = compileMarks(standard)
  return { points, step, sections, items, checks, ...marks }
}

function compileItem(section: string, content: Item): CompiledItem {
  const points = exact(`item ${content.code}`, content.max_points, 1)
  return {
    code: content.code,
    section,
    points,
    onsite: content.onsite ?? true,
    rules: (content.rules ?? []).map((rule) => compileRule(content, rule, points)),
    checks: (content.checks ?? []).map((check) => check.code),
    content,
  }
}

function compileRule(item: Item, content: Rule, itemPoints: number): CompiledRule {
  const { id, kind } = content
  const where = `rule ${id}`
  if (!KINDS.includes(kind)) throw new BadEdition(`${where}: unknown kind ${String(kind)}`)
  const printed = exact(where, content.points ?? 0, 1)
  const checks = (item.checks ?? []).filter((check) => check.rule === id).map((check) => check.code)
  const measured = kind === 'per_percentage_point'
  if (measured && checks.length !== 1) throw new BadEdition(`${where}: a percentage is measured by one check`)
  return {
    id,
    kind,
    points: kind === 'veto' ? 0 : kind === 'all_or_nothing' ? itemPoints : printed,
    each: EACH.includes(kind),
    counts: kind === 'per_occurrence' && MULTIPLYING_UNITS.includes(content.count_unit),
    target: measured ? exact(where, content.target_percent, 2) : 0,
    checks,
    content,
  }
}

function compileCheck(item: CompiledItem, content: Check): CompiledCheck {
  const rule = item.rules.find((candidate) => candidate.id === content.rule) ?? null
  if (!rule && content.rule != null) {
    throw new BadEdition(`check ${content.code}: its item has no rule ${content.rule}`)
  }
  return { code: content.code, item: item.code, onsite: item.onsite, rule, evidence: content.evidence ?? '', content }
}

function compileMarks(standard: StandardContent): { reached: Mark | null; model: Mark | null } {
  const marks = new Map<string, Mark | null>()
  for (const { code, min_score, weights } of standard.pass_rules ?? []) {
    const judged = code === 'PASS-STD' || code === 'PASS-MODEL'
    if (!judged) {
      put(marks, 'pass rule', code, null)
      continue
    }
    const inspection = weights?.inspection
    const thirdParty = weights?.third_party
    if (!isWhole(inspection, 1, LARGEST_WEIGHT) || !isWhole(thirdParty, 0, LARGEST_WEIGHT)) {
      throw new BadEdition(`pass rule ${code}: weights are whole numbers, the inspection's at least 1`)
    }
    put(marks, 'pass rule', code, { score: exact(`pass rule ${code}`, min_score, 1), inspection, thirdParty })
  }
  return { reached: marks.get('PASS-STD') ?? null, model: marks.get('PASS-MODEL') ?? null }
}
