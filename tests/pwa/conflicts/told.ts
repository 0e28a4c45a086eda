/** An inspection of two people who judged two checks differently, as a phone holds it, and what a server tells of it. */

import type { Kind, Step, Word } from '../../../pwa/src/conflicts/steps.ts'
import type { RecordType } from '../../../pwa/src/contract/records.ts'
import { findingId } from '../../../pwa/src/core/ids.ts'
import type { AnyRow, OpenValue, Row } from '../../../pwa/src/core/rows.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { applyReply } from '../../../pwa/src/sync/pull.ts'
import { readReply } from '../../../pwa/src/sync/reply.ts'
import document from '../../../sync/standards/model-window.json'
import { rowFrom } from '../phone.ts'

export const PASS = { result: 'pass' as const }
export const FAIL = { result: 'fail' as const }
export const INSPECTION = '018f4d1e-7c00-7000-8000-000000000001'
export const STANDARD = '018f4d1e-7c00-7000-8000-0000000000aa'
export const FINDING = findingId(INSPECTION, 'ETI-4')
export const [ANN, BOB] = ['ann', 'bob']
export const AT = Date.UTC(2026, 2, 12, 2, 12)

let cursor = 10

/** The server speaks: these rows, in one page. */
export async function told(store: Store, rows: Partial<Record<RecordType, AnyRow[]>>): Promise<void> {
  cursor += 1
  const audiences = ['everyone']
  const reply = readReply({ v: 1, epoch: 3, ack: 0, cursor, time: 1, rows, audiences, more: false })
  if (!reply) throw new Error('not a reply')
  await applyReply(store.cache, await store.cache.syncState(), reply, [], { now: 1, lenient: false })
}

/** Two opinions of a check: ann passed it, bob failed it a quarter of an hour later. */
export const sides = (second = BOB): OpenValue[] => [
  { value: PASS, by: [18, 7], person: ANN, at: AT },
  { value: FAIL, by: [19, 3], person: second, at: AT + 900_000 },
]

export const finding = (values: Partial<Row<'finding'>>): Row<'finding'> =>
  rowFrom('finding', FINDING, cursor + 1, { inspection: INSPECTION, item: 'ETI-4', ...values })

export const inspection = (values: Partial<Row<'inspection'>>): Row<'inspection'> =>
  rowFrom('inspection', INSPECTION, cursor + 1, { branch: 'b', standard: STANDARD, started_at: AT, ...values })

const opened = (checks: readonly string[], second: string): Partial<Row<'finding'>> => ({
  checks: Object.fromEntries(checks.map((check) => [check, FAIL])),
  by: Object.fromEntries(checks.map((check) => [`checks.${check}`, [[19, 3]] as [number, number][]])),
  open: Object.fromEntries(checks.map((check) => [`checks.${check}`, sides(second)])),
})

/** The phone of somebody who takes part as `lead`, or only supervises where that is another. */
export async function parted(
  store: Store,
  lead: string,
  checks = ['ETI-4.a'],
  status: 'draft' | 'submitted' = 'draft',
  second = BOB,
): Promise<void> {
  await told(store, {
    standard: [rowFrom('standard', STANDARD, 2, { code: 'model-window', status: 'published', document })],
    unit: [rowFrom('unit', 'u', 1, { name: '县', level: 'county' })],
    branch: [rowFrom('branch', 'b', 3, { code: '001', name: '望江路支局', unit: 'u', initials: 'wjl' })],
    person: [rowFrom('person', ANN, 4, { name: '检查员甲' }), rowFrom('person', BOB, 4, { name: '检查员乙' })],
    inspection: [inspection({ lead, status, members: { [ANN]: true, [BOB]: true } })],
    finding: [finding(opened(checks, second))],
  })
}

export const word = (value: unknown, more: Partial<Word> = {}): Word => ({
  path: 'checks.ETI-4.a',
  value,
  fate: 'stands',
  over: null,
  picks: false,
  ...more,
})

export const step = (change: [number, number], person: string, words: Word[], more: Partial<Step> = {}): Step => ({
  change,
  type: 'finding' as Kind,
  record: FINDING,
  person,
  person_name: { [ANN]: '检查员甲', [BOB]: '检查员乙' }[person] ?? '',
  verb: 'edit',
  at: AT,
  done_at: AT,
  clock: 0,
  reason: null,
  late: false,
  words,
  ...more,
})
