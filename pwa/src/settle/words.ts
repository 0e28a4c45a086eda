/** What a change that was set aside would do, in words. */

import type { Answer, Signed, Visit } from '../contract/records.ts'
import type { AnyRow, Row } from '../core/rows.ts'
import type { CompiledCheck } from '../core/standard.ts'
import { kindOfCustomer } from '../customers/words.ts'
import { answerWords } from '../inspections/answerWords.ts'
import type { EditionHere } from '../standards/queries.ts'
import { checkText, nameOf, standardTitle } from '../standards/titles.ts'
import { day, moment } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { hidden, kindWord, pleasedWord, resultWord, timeOf, topicWord } from '../visits/words.ts'
import type { HeldChange } from './held.ts'
import { say } from './say.ts'

export interface Line {
  name: string
  value: string
  /** What stands there now, where that is something else. */
  now: string | null
}

export interface Told {
  title: string
  lines: Line[]
}

/** What a change is seen against. */
export interface Around {
  row: AnyRow | undefined
  edition: EditionHere | undefined
  /** Item of the finding it is about, where that is known. */
  item: string | undefined
  /** Name of a person or of a customer; empty where this phone does not know them. */
  name?: (id: string) => string
}

const ACTS: Record<string, () => string> = {
  submit: () => say('actSubmit'),
  join: () => say('actJoin'),
  take_over: () => say('actTakeOver'),
  void: () => say('actVoid'),
  close: () => say('actClose'),
  claim: () => say('actClaim'),
  decline: () => say('actDecline'),
  retract: () => say('actRetract'),
  correct: () => say('actCorrect'),
  waive: () => say('actWaive'),
  ask: () => say('actAsk'),
  approve: () => say('actApprove'),
  return_items: () => say('actReturn'),
  reopen: () => say('actReopen'),
  settle_late: () => say('actSettle'),
}

const FIELDS: Record<string, () => string> = {
  name: () => say('fieldName'),
  kind: () => say('fieldKind'),
  position: () => say('fieldPosition'),
  contact: () => say('fieldContact'),
  phone: () => say('fieldPhone'),
  address: () => say('fieldAddress'),
  route: () => say('fieldRoute'),
  tier: () => say('fieldTier'),
  remark: () => say('fieldRemark'),
  representative: () => say('fieldRepresentative'),
  signed: () => say('fieldSigned'),
  result: () => say('fieldResult'),
  satisfaction: () => say('fieldSatisfaction'),
  topics: () => say('fieldTopics'),
  needs: () => say('fieldNeeds'),
  complaint: () => say('fieldComplaint'),
  market_info: () => say('fieldMarket'),
  follow_up_on: () => say('fieldFollowUp'),
  text: () => say('newComment'),
}

function valueWords(name: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return ''
  if (name === 'result') return resultWord(value as NonNullable<Visit['result']>)
  if (name === 'satisfaction') return pleasedWord(value as number)
  if (name === 'kind') return kindOfCustomer(value as Row<'customer'>['kind']) ?? ''
  if (name === 'position') return say('positionNoted')
  if (name === 'signed') return signedWords(value as Signed)
  if (name === 'topics') return (value as NonNullable<Visit['topics']>).map(topicWord).join(t('listComma'))
  if (name === 'follow_up_on') return day(timeOf(String(value)))
  return hidden(String(value))
}

/** Whether the branch's representative signed for the deductions, or why not. */
function signedWords({ name, refused }: Signed): string {
  const who = name || say('representativeNoName')
  return hidden(refused ? say('signatureRefused', { who, why: refused }) : say('signatureGiven', { who }))
}

const answerOf = (value: unknown, check: CompiledCheck | undefined) =>
  value ? answerWords(value as Answer, check) : t('notJudged')

function checkLine(code: string, value: unknown, { row, edition }: Around): Line {
  const check = edition?.compiled.checks.get(code)
  const stands = (row as Row<'finding'> | undefined)?.checks[code]
  const told = answerOf(value, check)
  const now = answerOf(stands, check)
  return { name: check ? checkText(check.content) : code, value: told, now: told === now ? null : now }
}

/** One field of a change in words; null where there is nothing to say of it. */
export function fieldLine(path: string, value: unknown, around: Around): Line | null {
  const [name = '', ...keys] = path.split('.')
  const key = keys.join('.')
  if (name === 'checks') return checkLine(key, value, around)
  if (name === 'notes' || name === 'reasons') {
    const stands = (around.row as Row<'finding'> | undefined)?.[name][key]
    return { name: name === 'notes' ? say('note') : say('reasonNa'), value: String(value ?? ''), now: stands ?? null }
  }
  const word = FIELDS[name]
  const told = valueWords(name, value)
  const stands = around.row && valueWords(name, (around.row as unknown as Record<string, unknown>)[name])
  if (!word || (told === '' && !stands)) return null
  return { name: word(), value: told || say('emptied'), now: stands && stands !== told ? stands : null }
}

/** What a change says of others than the record itself: who works along, whose visit it is, what it corrects. */
function linkLine(path: string, value: unknown, { name = () => '' }: Around): Line | null {
  const [field = '', person = ''] = path.split('.')
  if (field === 'members') {
    const who = name(person) || say('somebody')
    return { name: say('fieldMembers'), value: value ? say('memberIn', { who }) : say('memberOut', { who }), now: null }
  }
  if (field === 'customer' && value) return { name: say('typeCustomer'), value: name(String(value)), now: null }
  return field === 'corrects' && value ? { name: '', value: say('corrects'), now: null } : null
}

/** What the title or the card of the work says already, or nobody decides by. */
const SAID = new Set(['branch', 'standard', 'started_at', 'task', 'inspection', 'item', 'of', 'at'])

function saidElsewhere(type: string, path: string): boolean {
  if (type === 'photo' || SAID.has(path)) return true
  return type !== 'customer' && (path === 'kind' || path === 'position')
}

/** What an act is called by who did it. */
export const actWord = (act: string): string => (ACTS[act] ?? (() => say('actOther')))()

/** A change as it was sent; `clock`: the server's clock minus the phone's, ms. */
export type Sent = Pick<HeldChange, 'type' | 'clock'> & { content: Pick<HeldChange['content'], 'set' | 'act' | 'with'> }

function titleOf({ type, content }: Sent, { row, edition, item }: Around): string {
  if (content.act) return actWord(content.act)
  const set = content.set ?? {}
  const of = item && edition?.compiled.items.get(item)?.content
  const what = of ? nameOf(of) : ''
  if (type === 'finding') return say('ofItem', { item: what || item || '' })
  if (type === 'photo') return what ? say('photoOf', { what }) : say('onePhoto')
  if (type === 'comment') return say('newComment')
  if (row)
    return (
      { inspection: say('typeInspection'), visit: say('typeVisit'), customer: say('typeCustomer') }[String(type)] ??
      say('typeWork')
    )
  if (type === 'visit') return say('newVisit', { kind: kindWord((set['kind']?.[0] ?? 'visit') as Visit['kind']) })
  return type === 'customer' ? say('newCustomer') : say('newInspection')
}

/** A change in words: what it is, and field by field what it says. */
export function told(held: Sent, around: Around, now: number): Told {
  const { content } = held
  const lines: Line[] = []
  for (const [path, [value]] of Object.entries(content.set ?? {})) {
    if (saidElsewhere(held.type, path)) continue
    const line = linkLine(path, value, around) ?? fieldLine(path, value, around)
    if (line?.value) lines.push(line)
  }
  if (held.type === 'photo' && content.set) {
    const taken = content.set['taken_at']?.[0]
    const when = typeof taken === 'number' ? moment(taken + held.clock, now) : ''
    const value = when || !content.set['markup'] ? say('photoAt', { when }) : say('photoMarked')
    lines.push({ name: '', value, now: null })
  }
  const why = content.with?.['reason']
  if (typeof why === 'string' && why) lines.push({ name: '', value: say('because', { why: hidden(why) }), now: null })
  if (held.type === 'inspection' && !content.act && around.edition) {
    lines.push({ name: '', value: standardTitle(around.edition.row), now: null })
  }
  return { title: titleOf(held, around), lines }
}

/** All of it as one text, to stand beside the record. */
export const asText = (some: readonly Told[]): string =>
  some
    .map(({ title, lines }) =>
      [title, ...lines.map(({ name, value }) => (name ? `${name}：${value}` : value))].join('\n'),
    )
    .join('\n')

export function codeWord(code: string): string {
  if (code === 'late_evidence') return say('late')
  return code === 'revoked' ? say('revoked') : say('outOfScope')
}

export function whyWords(code: string): string {
  if (code === 'late_evidence') return say('whyLate')
  return code === 'revoked' ? say('whyRevoked') : say('whyScope')
}
