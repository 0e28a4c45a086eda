import { beforeEach, expect, test } from 'vitest'
import { settle } from '../../../pwa/src/conflicts/acts.ts'
import type { RecordType } from '../../../pwa/src/contract/records.ts'
import { findingId } from '../../../pwa/src/core/ids.ts'
import type { AnyRow, Row } from '../../../pwa/src/core/rows.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import * as acts from '../../../pwa/src/inspections/acts.ts'
import { getInspection, listInspections, previousInspections } from '../../../pwa/src/inspections/queries.ts'
import { approve, correct, returnItems } from '../../../pwa/src/reviews/acts.ts'
import { listSubmitted } from '../../../pwa/src/reviews/queries.ts'
import { applyReply } from '../../../pwa/src/sync/pull.ts'
import { readReply } from '../../../pwa/src/sync/reply.ts'
import { listTasks } from '../../../pwa/src/tasks/queries.ts'
import document from '../../../sync/standards/model-window.json'
import { phoneOf, rowFrom, somebody } from '../phone.ts'

const PASS = { result: 'pass' as const }
const FAIL = { result: 'fail' as const }
const STANDARD = '018f4d1e-7c00-7000-8000-0000000000aa'
const INSPECTION = '018f4d1e-7c00-7000-8000-000000000001'
const ITEM = findingId(INSPECTION, 'ETI-4')

let store: Store
let cursor = 10

/** The server speaks: these rows, in one page. */
async function told(
  rows: Partial<Record<RecordType, AnyRow[]>>,
  audiences = ['everyone'],
  more = false,
): Promise<void> {
  cursor += 1
  const reply = readReply({ v: 1, epoch: 3, ack: 0, cursor, time: 1, rows, audiences, more })
  if (!reply) throw new Error('not a reply')
  await applyReply(store.cache, await store.cache.syncState(), reply, [], { now: 1, lenient: false })
}

const inspection = (values: Partial<Row<'inspection'>> = {}, id = INSPECTION) =>
  rowFrom('inspection', id, cursor, { branch: 'b', standard: STANDARD, started_at: 5, lead: store.person, ...values })
const finding = (values: Partial<Row<'finding'>> = {}, id = ITEM) =>
  rowFrom('finding', id, cursor, { inspection: INSPECTION, item: 'ETI-4', ...values })
const own = async () =>
  (await store.outbox.changes.orderBy('n').toArray()).filter((change) => change.root === INSPECTION)

beforeEach(async () => {
  store = await phoneOf(somebody(), 17)
  cursor = 10
  await told({
    standard: [rowFrom('standard', STANDARD, 2, { code: 'model-window', status: 'published', document })],
    branch: [rowFrom('branch', 'b', 3, { code: '001', name: '望江路支局', unit: 'u', initials: 'wjl' })],
    unit: [rowFrom('unit', 'u', 1, { name: '县', level: 'county' })],
    inspection: [inspection()],
  })
})

test('a tap is one change with its finding, and the score follows', async () => {
  expect((await getInspection(INSPECTION))?.score?.total).toBe(1000)
  await acts.recordCheck(INSPECTION, 'ETI-4', 'ETI-4.a', FAIL)
  expect(await own()).toMatchObject([
    {
      n: 1,
      type: 'finding',
      id: ITEM,
      seen: 11,
      set: { inspection: [INSPECTION], item: ['ETI-4'], 'checks.ETI-4.a': [FAIL] },
    },
  ])
  const view = await getInspection(INSPECTION)
  expect(view?.score?.total).toBe(990)
  expect(view?.checkState('ETI-4', 'ETI-4.a')).toBe('phone')
  expect(view?.state).toBe('phone')
})

test('the next edit names the value that was seen: the server’s, then the own and what that had seen', async () => {
  await told({ finding: [finding({ checks: { 'ETI-4.a': PASS }, by: { 'checks.ETI-4.a': [[9, 4]] } })] })
  await acts.recordCheck(INSPECTION, 'ETI-4', 'ETI-4.a', FAIL)
  await acts.recordCheck(INSPECTION, 'ETI-4', 'ETI-4.b', PASS)
  await acts.recordCheck(INSPECTION, 'ETI-4', 'ETI-4.a', PASS)
  expect((await own()).map((change) => change.set)).toEqual([
    { 'checks.ETI-4.a': [FAIL, [9, 4]] },
    { 'checks.ETI-4.b': [PASS] },
    { 'checks.ETI-4.a': [PASS, [17, 1], [9, 4]] },
  ])
})

test('the rest of an item passes in one change, and leaves alone what has an answer', async () => {
  await acts.recordCheck(INSPECTION, 'FAC-1', 'FAC-1.b', FAIL)
  const checks = ['FAC-1.a', 'FAC-1.b', 'FAC-1.c']
  expect(await acts.passRest(INSPECTION, 'FAC-1', checks)).toEqual(['FAC-1.a', 'FAC-1.c'])
  const bulk = { result: 'pass', bulk: true }
  expect((await own()).at(-1)?.set).toEqual({ 'checks.FAC-1.a': [bulk], 'checks.FAC-1.c': [bulk] })
  expect(await acts.passRest(INSPECTION, 'FAC-1', checks)).toEqual([])
  expect(await own()).toHaveLength(2)
})

test('notes are everyone’s own, and a reason goes with what does not apply', async () => {
  await acts.writeNote(INSPECTION, 'ETI-4', '两人')
  await acts.recordCheck(INSPECTION, 'ETI-4', 'ETI-4.b', { result: 'na' }, '没有这项业务')
  const row = (await getInspection(INSPECTION))?.findings.get('ETI-4')?.row
  expect(row).toMatchObject({ notes: { [store.person]: '两人' }, reasons: { 'ETI-4.b': '没有这项业务' } })
})

const conflicted = (mine: string) =>
  finding({
    checks: { 'ETI-4.a': FAIL },
    by: { 'checks.ETI-4.a': [[18, 7]] },
    open: {
      'checks.ETI-4.a': [
        { value: PASS, by: [17, 1], person: mine, at: 1 },
        { value: FAIL, by: [18, 7], person: 'colleague', at: 2 },
      ],
    },
  })

test('two opinions stand side by side with what each does to the score; the author can only yield', async () => {
  await told({ finding: [conflicted(store.person)] })
  const view = await getInspection(INSPECTION)
  expect(view?.conflicts).toMatchObject([
    {
      item: 'ETI-4',
      check: 'ETI-4.a',
      choices: [
        { answer: PASS, total: 1000, pickable: false },
        { answer: FAIL, total: 990, pickable: true },
      ],
    },
  ])
  expect(view?.state).toBe('clash')
  await settle(INSPECTION, 'ETI-4', 'ETI-4.a', [18, 7])
  expect((await own())[0]?.set).toEqual({ 'checks.ETI-4.a': [FAIL, [18, 7], [17, 1]] })
  expect((await getInspection(INSPECTION))?.conflicts).toEqual([])
})

test('an ordinary edit of a conflict names the shown value only, so the conflict stays', async () => {
  await told({ finding: [conflicted('other')] })
  await acts.recordCheck(INSPECTION, 'ETI-4', 'ETI-4.a', PASS)
  expect((await own())[0]?.set).toEqual({ 'checks.ETI-4.a': [PASS, [18, 7]] })
  expect((await getInspection(INSPECTION))?.conflicts).toHaveLength(1)
})

test('submitting locks at once, and takes along what was shown and seen', async () => {
  const view = await getInspection(INSPECTION)
  if (!view) throw new Error('no view')
  expect([view.refusal('inspection.submit'), view.refusal('inspection.approve')]).toEqual([null, 'not_allowed'])
  await acts.submit(view, { total: 1000, vetoes: [] })
  expect((await own())[0]).toMatchObject({ act: 'submit', seen: 11, with: { shown: { total: 1000, vetoes: [] } } })
  const after = await getInspection(INSPECTION)
  expect(after?.inspection.status).toBe('submitted')
  expect(after?.editable).toBe(false)
  expect(after?.findings.get('ETI-4')?.editable).toBe(false)
  expect(after?.refusal('inspection.submit')).toBe('wrong_state')
})

test('a supervisor returns named items, and those alone unlock for the lead', async () => {
  const AUDIENCES = ['everyone', 'unit:u:supervisor']
  await told({ inspection: [inspection({ status: 'submitted', lead: 'somebody', submitted_at: 9 })] }, AUDIENCES)
  await told({ finding: [finding({ status: 'locked' })] }, AUDIENCES)
  expect((await listSubmitted()).map((entry) => entry.inspection.id)).toEqual([INSPECTION])
  const view = await getInspection(INSPECTION)
  if (!view) throw new Error('no view')
  expect(view.refusal('inspection.return_items')).toBeNull()
  await returnItems(view, { 'ETI-4': '看不清' })
  expect((await own())[0]).toMatchObject({ act: 'return_items', seen: 13, with: { items: { 'ETI-4': '看不清' } } })
  const after = await getInspection(INSPECTION)
  expect(after?.inspection.status).toBe('returned')
  expect(after?.findings.get('ETI-4')?.row).toMatchObject({ status: 'returned', returned: { reason: '看不清' } })
  expect(await listSubmitted()).toEqual([])
})

test('nobody reviews what they took part in', async () => {
  const AUDIENCES = ['everyone', 'unit:u:supervisor']
  await told({ inspection: [inspection({ status: 'submitted' })] }, AUDIENCES)
  expect((await getInspection(INSPECTION))?.refusal('inspection.approve')).toBe('self_review')
  await told({ inspection: [inspection({ status: 'submitted', lead: 'x' })], finding: [finding()] }, AUDIENCES)
  expect((await getInspection(INSPECTION))?.refusal('inspection.approve')).toBeNull()
  const photo = rowFrom('photo', 'p', cursor, { of: { type: 'finding', id: ITEM }, author: store.person })
  await told({ photo: [photo] }, AUDIENCES)
  expect((await getInspection(INSPECTION))?.refusal('inspection.approve')).toBe('self_review')
})

test('approval and correction travel with the cursor of the view', async () => {
  const view = { id: INSPECTION, seen: 7 }
  await correct(view, 'ETI-4', { 'ETI-4.a': FAIL }, '照片清楚')
  await approve(view)
  expect(await own()).toMatchObject([
    { type: 'finding', id: ITEM, act: 'correct', seen: 7, with: { set: { 'ETI-4.a': FAIL }, reason: '照片清楚' } },
    { type: 'inspection', act: 'approve', seen: 7 },
  ])
})

test('at a page cut what is done counts as decided on the last whole view', async () => {
  const whole = cursor
  await told({ finding: [finding({ checks: { 'ETI-4.a': PASS } })] }, ['everyone'], true)
  const view = await getInspection(INSPECTION)
  expect(view?.findings.get('ETI-4')?.row?.checks['ETI-4.a']).toEqual(PASS)
  await approve({ id: INSPECTION, seen: view?.seen ?? -1 })
  await acts.recordCheck(INSPECTION, 'ETI-4', 'ETI-4.a', FAIL)
  expect((await listInspections())[0]?.inspection.id).toBe(INSPECTION)
  expect((await own()).map((change) => change.seen)).toEqual([whole, whole])
  await told({})
  await acts.recordCheck(INSPECTION, 'ETI-4', 'ETI-4.b', FAIL)
  expect((await own()).at(-1)?.seen).toBe(cursor)
})

test('lists follow both the server and the own work', async () => {
  const before = await listInspections()
  expect(before).toMatchObject([{ answered: 0, checks: 112, total: 1000, state: 'full', mine: true }])
  await acts.recordCheck(INSPECTION, 'ETI-4', 'ETI-4.a', PASS)
  expect(await listInspections()).toMatchObject([{ answered: 1, state: 'phone' }])
  const id = await acts.startInspection({ branch: 'b', standard: STANDARD, task: 't' })
  await told({ task: [rowFrom('task', 't', 9, { branch: 'b', standard: STANDARD, assignees: [store.person] })] })
  expect((await listInspections()).map((entry) => entry.inspection.id)).toEqual([id, INSPECTION])
  expect(await listTasks()).toMatchObject([{ mine: true, inspection: { id }, branch: { name: '望江路支局' } }])
})

test('the last three inspections here, newest first, but not the present one', async () => {
  const ids = [1, 2, 3, 4].map((at) => `018f4d1e-7c00-7000-8000-00000000010${at}`)
  await told({
    inspection: ids.map((id, at) => inspection({ status: 'approved', started_at: 100 + at }, id)),
    finding: ids.map((id) => finding({ inspection: id, checks: { 'ETI-4.a': FAIL } }, findingId(id, 'ETI-4'))),
  })
  const past = await previousInspections('b', INSPECTION)
  expect(past.map((result) => result.at)).toEqual([103, 102, 101])
  expect(past[0]?.findings.get('ETI-4')?.checks['ETI-4.a']).toEqual(FAIL)
})
