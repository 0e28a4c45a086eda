/** A step in the history of a record, in plain words. */

import type { AnyRow } from '../core/rows.ts'
import { fieldLine } from '../settle/words.ts'
import type { EditionHere } from '../standards/queries.ts'
import { recent } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { say } from './say.ts'
import { type Step, sameChange, type Word } from './steps.ts'

/** What a step is told with. */
export interface Around {
  steps: readonly Step[]
  edition: EditionHere | undefined
  row: AnyRow | undefined
  /** Name of a person, `您` for whoever looks. */
  who: (person: string, name?: string) => string
}

const VERBS: Record<string, () => string> = {
  create: () => say('doneCreate'),
  submit: () => say('doneSubmit'),
  join: () => say('doneJoin'),
  take_over: () => say('doneTakeOver'),
  return_items: () => say('doneReturn'),
  approve: () => say('doneApprove'),
  reopen: () => say('doneReopen'),
  void: () => say('doneVoid'),
  settle_late: () => say('doneLate'),
  settle_held: () => say('doneLate'),
  correct: () => say('doneCorrect'),
  close: () => say('doneClose'),
  merge_customers: () => say('doneMerge'),
  import: () => say('doneImport'),
}

/** What was done, as a tag; a plain edit is told by its values alone. */
export function verbWord({ verb, type }: Step): string {
  return verb === 'create' && type === 'finding' ? '' : (VERBS[verb]?.() ?? '')
}

const NOT_TEXT = ['result', 'satisfaction', 'topics', 'follow_up_on', 'kind', 'position']

/** Field and value; null for what tells people nothing. */
export function wordLine({ path, value }: Word, { edition, row, who }: Around): { name: string; value: string } | null {
  const [field = '', person = ''] = path.split('.')
  if (field === 'members') return { name: say('members'), value: say(value ? 'joined' : 'left', { who: who(person) }) }
  const line = fieldLine(path, value, { row: undefined, edition, item: itemOf(row) })
  if (line) return { name: line.name, value: line.value || say('cleared') }
  const named = NOT_TEXT.includes(field) ? null : fieldLine(path, '-', { row: undefined, edition, item: undefined })
  return named && { name: named.name, value: say('cleared') }
}

const itemOf = (row: AnyRow | undefined): string | undefined => (row && 'item' in row ? row.item : undefined)

/** What became of a value. */
export function fateWords({ fate, over }: Word, { steps, who }: Around): string {
  const by = steps.find(({ change }) => sameChange(change, over))
  const about = by && { who: who(by.person, by.person_name), when: recent(by.done_at, Date.now()) }
  if (fate === 'passed') return about ? say('passed', about) : say('passedPlain')
  if (fate === 'replaced') return about ? say('replaced', about) : say('replacedPlain')
  if (fate === 'picked') return about ? say('picked', about) : say('pickedPlain')
  if (fate === 'unpicked') return about ? say('unpicked', about) : say('unpickedPlain')
  if (fate === 'stands') return say('itStands')
  return say(fate)
}

/**
 * The reason of a choice stands below the item with what was chosen; here that is told already. Items that were returned
 * for the same reason say it once.
 */
export function reasonWords({ reason, words }: Step): string | null {
  if (!reason) return reason
  if (words.some(({ picks }) => picks)) return reason.slice(reason.indexOf('\n') + 1)
  return [...new Set(reason.split('\n'))].join('\n')
}

const REMARKABLE = ['open', 'agrees', 'passed', 'picked', 'unpicked']

/** What of a step is more than somebody writing down what they found; null where nothing is. */
export function mattering(step: Step): Step | null {
  const words = step.words.filter(({ fate, picks }) => picks || REMARKABLE.includes(fate))
  const told = step.verb === 'edit' ? '' : verbWord(step)
  if (step.verb === 'correct' || step.late) return step
  return told || words.length > 0 ? { ...step, words } : null
}

/** Whether several values were ever written where this one was: only then it says something that it stands. */
export const hasRivals = ({ path }: Word, { record }: Step, steps: readonly Step[]): boolean =>
  steps.filter((step) => step.record === record && step.words.some((word) => word.path === path)).length > 1

/** What people call the person who did something. */
export const whoOf =
  (me: string, names: ReadonlyMap<string, { name: string | null }> | undefined): Around['who'] =>
  (person, name) =>
    person === me ? say('me') : name || names?.get(person)?.name || (person ? t('nobody') : say('server'))
