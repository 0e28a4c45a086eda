/** What was done to a record: as the server tells it, or as far as this phone knows it itself. */

import type { ProblemCode } from '../contract/problems.ts'
import { FIELDS, type RecordType } from '../contract/records.ts'
import type { OwnChange } from '../core/change.ts'
import { type AnyRow, type ChangeId, splitPath, valueAt } from '../core/rows.ts'
import { confirmedRow } from '../database/confirmed.ts'
import { store } from '../database/open.ts'
import type { SettledChange } from '../database/outbox.ts'
import { call, isObject } from '../sync/http.ts'

export type Kind = 'inspection' | 'finding' | 'visit' | 'customer'

/** `waiting`: only this phone knows of it yet. The others are the server's words. */
export type Fate = 'stands' | 'open' | 'agrees' | 'replaced' | 'passed' | 'picked' | 'unpicked' | 'waiting'

/** A value written into a field, and what became of it; `over`: the change that did it. */
export interface Word {
  path: string
  value: unknown
  fate: Fate
  over: ChangeId | null
  /** It was itself chosen out of several. */
  picks: boolean
}

/** One change. Times are epoch milliseconds. */
export interface Step {
  change: ChangeId
  type: Kind
  record: string
  person: string
  person_name: string
  verb: string
  at: number
  /** By the server's clock; the phone's where the server was not asked. */
  done_at: number
  /** Server clock minus phone clock when it was sent, with the time that took; null where nobody knows. */
  clock: number | null
  reason: string | null
  late: boolean
  words: Word[]
}

export interface Told {
  /** The last first. */
  steps: Step[]
  /** There are more than these. */
  older: boolean
  /** The server said so; else it is what this phone holds. */
  whole: boolean
  /** Why the server did not say it. */
  code?: ProblemCode | 'offline'
}

export const sameChange = (a: ChangeId | null, b: ChangeId | null): boolean =>
  a !== null && b !== null && a[0] === b[0] && a[1] === b[1]

/** How far a clock may be off before it is worth a word, with the time a request takes on a weak signal. */
const RIGHT = 120_000

/** How far the clock of a phone was off, where it matters. */
export const doubt = (clock: number | null): number | null => (clock !== null && Math.abs(clock) > RIGHT ? clock : null)

const ASKED_FOR = 15_000

/** The history of a record, or why the server does not tell it. */
async function fetched(
  type: Kind,
  id: string,
  ended: AbortSignal,
): Promise<{ steps: Step[]; older: boolean } | ProblemCode | 'offline'> {
  const answer = await call({ method: 'GET', url: `/api/history/${type}/${id}`, timeout: ASKED_FOR, ended })
  if (answer.kind === 'problem') return answer.code
  if (answer.kind !== 'ok' || !isObject(answer.body)) return 'offline'
  const { steps, older } = answer.body
  return Array.isArray(steps) ? { steps: steps as Step[], older: older === true } : 'offline'
}

/** Fields that several people write. */
const isShared = (type: RecordType, path: string): boolean =>
  ['judged', 'edit'].includes(FIELDS[type][splitPath(path)[0]]?.policy ?? '')

function ofOwn(change: OwnChange, type: Kind, fate: (path: string) => Fate): Step {
  const { person } = store()
  const paths = Object.entries(change.set ?? {}).filter(([path]) => isShared(type, path))
  return {
    change: [change.device ?? 0, change.n],
    type,
    record: change.id,
    person,
    person_name: '',
    verb: change.act ?? 'edit',
    at: change.at,
    done_at: change.at,
    clock: null,
    reason: typeof change.with?.['reason'] === 'string' ? change.with['reason'] : null,
    late: false,
    words: paths.map(([path, [value, ...bases]]) => {
      const picks = path.startsWith('checks.') && bases.length > 1
      return { path, value, fate: fate(path), over: null, picks }
    }),
  }
}

/** What stood side by side when this phone last heard: it stays in sight until the server tells what became of it. */
function sides(row: AnyRow, type: Kind, own: readonly OwnChange[]): Step[] {
  const chosen = (path: string) => own.filter((change) => change.set?.[path]).at(-1)?.set?.[path]?.[0]
  return Object.entries(row.open ?? {}).flatMap(([path, values]) =>
    values.map(({ value, by, person, at }): Step => {
      const pick = chosen(path)
      const fate = pick === undefined ? 'open' : JSON.stringify(pick) === JSON.stringify(value) ? 'picked' : 'unpicked'
      return {
        change: by,
        type,
        record: row.id,
        person,
        person_name: '',
        verb: 'edit',
        at,
        done_at: at,
        clock: null,
        reason: null,
        late: false,
        words: [{ path, value, fate, over: null, picks: false }],
      }
    }),
  )
}

const OUTCOMES: Partial<Record<SettledChange['outcome'], Fate>> = { superseded: 'passed', conflict: 'open' }

interface Here {
  steps: Step[]
  /** Changes no server has answered yet. */
  waiting: Step[]
}

/** What this phone knows of a record: its own changes, and what stood open when it last heard. */
async function here(type: Kind, id: string): Promise<Here> {
  const { cache, outbox } = store()
  const key = { type, id }
  const [row, waiting, settled] = await Promise.all([
    confirmedRow(cache, type, id),
    outbox.changes.where(key).sortBy('n'),
    outbox.settled.where(key).toArray(),
  ])
  const unsent = waiting.map((change) => ofOwn(change, type, () => 'waiting'))
  const answered = settled
    .filter(({ outcome }) => outcome !== 'refused' && outcome !== 'held')
    .map((change) => ofOwn(change, type, (path) => fateOf(change, path, row as AnyRow | undefined)))
  const open = row ? sides(row as AnyRow, type, waiting) : []
  const known = answered.filter((step) => !open.some(({ change }) => sameChange(change, step.change)))
  return { steps: [...open, ...known].sort((a, b) => a.at - b.at), waiting: unsent }
}

function fateOf(change: SettledChange, path: string, row: AnyRow | undefined): Fate {
  const winners = row?.by[path] ?? []
  if (winners.some((by) => sameChange(by, [change.device, change.n]))) return 'stands'
  if (row && JSON.stringify(valueAt(row, path)) === JSON.stringify(change.set?.[path]?.[0])) return 'agrees'
  return OUTCOMES[change.outcome] ?? 'replaced'
}

const newestFirst = ({ steps, waiting }: Here): Step[] => [...steps, ...waiting].reverse()

/** As far as this phone knows it. */
export async function historyHere(type: Kind, id: string): Promise<Told> {
  return { steps: newestFirst(await here(type, id)), older: false, whole: false }
}

/** What stands at the server stands no longer where this phone has written something else since. */
function overtaken(step: Step, waiting: readonly Step[]): Step {
  const by = ({ path }: Word) =>
    waiting.filter(({ record, words }) => record === step.record && words.some((word) => word.path === path)).at(-1)
  const words = step.words.map((word): Word => {
    const over = word.fate === 'stands' || word.fate === 'open' ? by(word) : undefined
    return over ? { ...word, fate: 'replaced', over: over.change } : word
  })
  return { ...step, words }
}

/** Another word whenever something of the record has changed: by the server, or by what is written here. */
export async function markOf(type: Kind, id: string): Promise<string> {
  const { cache, outbox } = store()
  const [row, below, waiting] = await Promise.all([
    confirmedRow(cache, type, id),
    cache.rows.where('parent').equals(id).toArray(),
    outbox.changes.where({ type, id }).toArray(),
  ])
  const rev = Math.max(row?.rev ?? 0, ...below.map((one) => one.rev))
  return `${rev} ${waiting.map(({ n }) => n)}`
}

/** The whole, with what waits on this phone on top; or why the server does not tell it. */
export async function historyWhole(
  type: Kind,
  id: string,
  ended: AbortSignal,
): Promise<Told | ProblemCode | 'offline'> {
  const [told, own] = await Promise.all([fetched(type, id, ended), here(type, id)])
  if (typeof told === 'string') return told
  const unknown = own.waiting.filter((step) => !told.steps.some(({ change }) => sameChange(change, step.change)))
  const steps = told.steps.map((step) => overtaken(step, unknown))
  return { steps: [...unknown.reverse(), ...steps], older: told.older, whole: true }
}
