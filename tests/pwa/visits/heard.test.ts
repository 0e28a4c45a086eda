import { beforeEach, expect, test } from 'vitest'
import { threadOf } from '../../../pwa/src/comments/queries.ts'
import type { RecordType } from '../../../pwa/src/contract/records.ts'
import type { AnyRow, Row } from '../../../pwa/src/core/rows.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { applyReply } from '../../../pwa/src/sync/pull.ts'
import { readReply } from '../../../pwa/src/sync/reply.ts'
import * as heard from '../../../pwa/src/visits/heard.ts'
import { hidden } from '../../../pwa/src/visits/words.ts'
import { phoneOf, reopened, rowFrom, somebody } from '../phone.ts'

const NORTH = '018f4d1e-7c00-7000-8000-0000000000b1'
const SOUTH = '018f4d1e-7c00-7000-8000-0000000000b2'
const VISIT = '018f4d1e-7c00-7000-8000-0000000000a1'
const NOW = new Date(2026, 10, 23, 10, 26).getTime()
const DAY = 86_400_000

let store: Store
let cursor = 10

async function told(rows: Partial<Record<RecordType, AnyRow[]>>, role = 'supervisor'): Promise<void> {
  cursor += 1
  const audiences = [`unit:${NORTH}:${role}`]
  const reply = readReply({ v: 1, epoch: 3, ack: 0, cursor, time: 1, rows, audiences, more: false })
  if (!reply) throw new Error('not a reply')
  await applyReply(store.cache, await store.cache.syncState(), reply, [], { now: 1, lenient: false })
}

const visit = (id: string, values: Partial<Row<'visit'>> = {}) =>
  rowFrom('visit', id, cursor, {
    branch: NORTH,
    kind: 'visit',
    result: 'met',
    started_at: NOW,
    closed_at: NOW,
    person: store.person,
    status: 'closed',
    complaint: '邮件误投',
    ...values,
  })
const step = (kind: heard.StepKind, at: number, turn = 1) =>
  rowFrom('comment', heard.stepId(VISIT, kind, turn), cursor, {
    of: { type: 'visit', id: VISIT },
    text: kind,
    at,
    author: kind === 'checked' ? null : 'sue',
  })
const task = (values: Partial<Row<'task'>>) =>
  rowFrom('task', heard.taskId(VISIT), cursor, { branch: NORTH, ...values })
const now = async () => {
  const found = await heard.heardOn(VISIT)
  if (!found) throw new Error('nothing heard')
  return found
}

beforeEach(async () => {
  store = await phoneOf(somebody(), 17)
  cursor = 10
  await told({
    branch: [
      rowFrom('branch', NORTH, 3, { code: '001', name: '青石桥支局', unit: 'u' }),
      rowFrom('branch', SOUTH, 3, { code: '002', name: '柳塘支局', unit: 'u' }),
    ],
    unit: [rowFrom('unit', 'u', 3, { name: '东市', level: 'county', parent: null })],
  })
})

test('the ids of steps and tasks are those the server gives', () => {
  expect(heard.stepId(VISIT, 'ordered')).toBe('a2f8fd58-986e-5258-be33-11732797f8ce')
  expect(heard.stepId(VISIT, 'ordered', 2)).toBe('7e36833b-8351-5a73-aca2-56b715a6e493')
  expect(heard.taskId(VISIT)).toBe('435d571a-e624-5869-a59f-17b6afa7103e')
})

test('it stands as the last step says, on a phone opened anew too', async () => {
  await told({ visit: [visit(VISIT)] })
  expect(await now()).toMatchObject({ standing: 'waiting', supervised: true, words: '邮件误投' })
  await told({ comment: [step('ordered', NOW + 1)], task: [task({ status: 'open' })] })
  expect((await now()).standing).toBe('ordered')
  await told({ comment: [step('checked', NOW + 2)], task: [task({ status: 'done' })] })
  expect((await now()).steps.map(({ kind }) => kind)).toEqual(['ordered', 'checked'])
  await told({ comment: [step('dealt', NOW + 3)] })
  store = reopened(store)
  expect((await now()).standing).toBe('dealt')
  expect(await heard.listHeard('open')).toEqual([])
  expect((await heard.listHeard('dealt')).map((one) => one.visit.id)).toEqual([VISIT])
})

test('it is the supervisor’s turn until a check is under way, and again once it was declined or made', async () => {
  await told({ visit: [visit(VISIT)] })
  expect(await heard.heardWaiting()).toBe(1)
  await told({ comment: [step('ordered', NOW + 1)], task: [task({ status: 'open' })] })
  expect([await heard.heardWaiting(), heard.mayOrder(await now()), heard.mayAnswer(await now())]).toEqual([
    0,
    false,
    true,
  ])
  await told({ task: [task({ status: 'declined' })] })
  expect(heard.mayOrder(await now())).toBe(true)
  await told({ comment: [step('ordered', NOW + 2, 2), step('checked', NOW + 3)], task: [task({ status: 'done' })] })
  expect((await now()).steps.map(({ kind }) => kind)).toEqual(['ordered', 'ordered', 'checked'])
  expect(await heard.heardWaiting()).toBe(1)
  await told({ comment: [step('dealt', NOW + 4)] })
  expect([await heard.heardWaiting(), heard.mayOrder(await now()), heard.mayAnswer(await now())]).toEqual([
    0,
    false,
    false,
  ])
})

test('a supervisor sees what counts and was heard at their branches, the oldest first', async () => {
  const id = (n: number) => `018f4d1e-7c00-7000-8000-0000000000a${n}`
  await told({
    visit: [
      visit(id(1), { started_at: NOW - DAY }),
      visit(id(2), { started_at: NOW - 2 * DAY, complaint: null, needs: '要寄样品' }),
      visit(id(3), { complaint: null }),
      visit(id(4), { status: 'draft' }),
      visit(id(5), { status: 'void' }),
      visit(id(6)),
      visit(id(7), { corrects: id(6) }),
      visit(id(8), { branch: SOUTH }),
    ],
  })
  expect((await heard.listHeard('open')).map((one) => one.visit.id)).toEqual([id(2), id(1), id(7)])
})

test('the visitor keeps what became of it, an answer for a month, and may do nothing about it', async () => {
  await told({ visit: [visit(VISIT), visit('018f4d1e-7c00-7000-8000-0000000000a2', { person: 'kit' })] }, 'carrier')
  const own = async (at: number) => (await heard.ownHeard(at)).map((one) => one.standing)
  expect(await own(NOW + 90 * DAY)).toEqual(['waiting'])
  expect([heard.mayOrder(await now()), heard.mayAnswer(await now())]).toEqual([false, false])
  await told({ comment: [step('dealt', NOW + DAY)] }, 'carrier')
  expect(await own(NOW + 2 * DAY)).toEqual(['dealt'])
  expect(await own(NOW + 40 * DAY)).toEqual([])
})

test('what is told as a step is no remark of the thread', async () => {
  const remark = rowFrom('comment', '018f4d1e-7c00-7000-8000-0000000000c1', cursor, {
    of: { type: 'visit', id: VISIT },
    text: '再问一句',
    at: NOW,
    author: 'sue',
  })
  await told({ visit: [visit(VISIT)], comment: [step('ordered', NOW + 1), remark] })
  const said = await threadOf({ of: { type: 'visit', id: VISIT }, root: VISIT })
  expect(said.map(({ comment }) => comment.text)).toEqual(['再问一句'])
})

test.each([
  ['请回电13900000042谢谢', '请回电139****0042谢谢'],
  ['139 0000 0042', '139****0042'],
  ['店里0571-0000 1234有人', '店里057****1234有人'],
  ['邮件 1234567890123 晚到，2026-11-20 寄的', '邮件 1234567890123 晚到，2026-11-20 寄的'],
])('telephone numbers are hidden and numbers of items are not: %s', (said, shown) => {
  expect(hidden(said)).toBe(shown)
})
