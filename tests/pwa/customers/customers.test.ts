import { beforeEach, expect, test } from 'vitest'
import type { RecordType } from '../../../pwa/src/contract/records.ts'
import type { AnyRow, Row } from '../../../pwa/src/core/rows.ts'
import { addCustomer, editCustomer } from '../../../pwa/src/customers/acts.ts'
import { getCustomer, likeThis, listCustomers, recentCustomers } from '../../../pwa/src/customers/queries.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { applyReply, type OwnEdit } from '../../../pwa/src/sync/pull.ts'
import { readReply } from '../../../pwa/src/sync/reply.ts'
import { closeVisit, hear, startVisit } from '../../../pwa/src/visits/acts.ts'
import { phoneOf, reopened, rowFrom, somebody } from '../phone.ts'

const BRANCH = '018f4d1e-7c00-7000-8000-0000000000b1'
const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 23, 2)

let store: Store
let cursor = 10

interface Page {
  rows?: Partial<Record<RecordType, AnyRow[]>>
  same?: [RecordType, string, number][]
}

async function told({ rows = {}, same = [] }: Page, edits: OwnEdit[] = []) {
  cursor += 1
  const audiences = [`unit:${BRANCH}:carrier`]
  const reply = readReply({ v: 1, epoch: 3, ack: 0, cursor, time: 1, rows, same, audiences, more: false })
  if (!reply) throw new Error('not a reply')
  return applyReply(store.cache, await store.cache.syncState(), reply, edits, { now: 1, lenient: false })
}

const customer = (id: string, values: Partial<Row<'customer'>>) =>
  rowFrom('customer', id, cursor, { branch: BRANCH, name: id, ...values })
const visit = (id: string, values: Partial<Row<'visit'>>) =>
  rowFrom('visit', id, cursor, { branch: BRANCH, kind: 'visit', status: 'closed', result: 'met', ...values })
const names = async (wanted = {}) => (await listCustomers(wanted)).entries.map((entry) => entry.customer.name)

beforeEach(async () => {
  store = await phoneOf(somebody(), 17)
  cursor = 10
  await told({
    rows: {
      customer: [
        customer('school', { name: '青石小学', phone: '139-0000-0042', tier: 'A', route: '3 号段道' }),
        customer('shop', { name: '青石文具店', phone: '13900000077', tier: 'B', route: '3 号段道' }),
        customer('clinic', { name: '望江诊所', phone: '057100000', tier: 'A', route: '12 号段道' }),
        customer('gone', { name: '青石旧店', status: 'merged' }),
      ],
      visit: [
        visit('v1', { customer: 'school', started_at: NOW - 5 * DAY }),
        visit('v2', { customer: 'shop', started_at: NOW - 20 * DAY }),
        visit('v3', { customer: 'school', started_at: NOW - 90 * DAY }),
        visit('v4', { customer: 'shop', started_at: NOW - DAY, status: 'draft' }),
        visit('v5', { customer: 'shop', started_at: NOW - DAY, result: 'not_met' }),
        visit('v6', { customer: 'shop', started_at: NOW - DAY, kind: 'card' }),
      ],
    },
  })
})

test('who waits longest for a visit comes first, who was never visited before all', async () => {
  expect(await names()).toEqual(['望江诊所', '青石文具店', '青石小学'])
  expect((await recentCustomers(2)).map((one) => one.customer.name)).toEqual(['青石小学', '青石文具店'])
  expect((await getCustomer('school'))?.last).toBe(NOW - 5 * DAY)
})

test('found by name, by initials, by the tail of the number; narrowed by tier and route', async () => {
  expect(await names({ search: '青石' })).toEqual(['青石文具店', '青石小学'])
  expect(await names({ search: 'QSX' })).toEqual(['青石小学'])
  expect(await names({ search: '0042' })).toEqual(['青石小学'])
  expect(await names({ search: '1390' })).toEqual([])
  expect(await names({ tier: 'A' })).toEqual(['望江诊所', '青石小学'])
  expect(await names({ tier: 'A', route: '3 号段道' })).toEqual(['青石小学'])
  const list = await listCustomers({ search: 'qs', limit: 1 })
  expect([list.entries.length, list.total, list.all]).toEqual([1, 2, 3])
  expect([list.tiers, list.routes]).toEqual([
    ['A', 'B'],
    ['3 号段道', '12 号段道'],
  ])
})

test('a new one is there at once, with nothing that was left empty, and survives a killed page', async () => {
  const id = await addCustomer(BRANCH, { name: '新开面馆', phone: '', kind: 'organisation', tier: null })
  expect((await store.outbox.changes.toArray()).map((change) => change.set)).toEqual([
    { branch: [BRANCH], name: ['新开面馆'], kind: ['organisation'] },
  ])
  expect(await names({ search: 'xkmg' })).toEqual(['新开面馆'])
  expect((await getCustomer(id))?.state).toBe('phone')
  store = reopened(store)
  expect(await names({ search: '面馆' })).toEqual(['新开面馆'])
})

test('an edit says only what has changed, and an own edit that lands keeps the row', async () => {
  await editCustomer('school', { name: '青石小学', tier: 'B', route: '' })
  const [change] = await store.outbox.changes.toArray()
  expect(Object.keys(change?.set ?? {})).toEqual(['tier', 'route'])
  expect((await getCustomer('school'))?.customer).toMatchObject({ tier: 'B', route: null })
  await editCustomer('school', { tier: 'B' })
  expect(await store.outbox.changes.count()).toBe(1)
  if (!change) throw new Error('no change')
  await store.outbox.changes.clear()
  expect(await told({ same: [['customer', 'school', cursor + 1]] }, [{ ...change, device: 17 }])).toBe('applied')
  expect((await getCustomer('school'))?.customer).toMatchObject({ name: '青石小学', tier: 'B', rev: cursor })
})

test('a visit just closed moves its customer to the end', async () => {
  const id = await startVisit({ branch: BRANCH, kind: 'visit', customer: 'clinic' }, NOW)
  expect(await names()).toEqual(['望江诊所', '青石文具店', '青石小学'])
  await hear(id, { result: 'met' })
  await closeVisit(id, null, cursor)
  expect(await names()).toEqual(['青石文具店', '青石小学', '望江诊所'])
})

test('somebody who is perhaps known already is found offline, only in the same branch', async () => {
  expect((await likeThis(BRANCH, { name: '青石小学', phone: null, position: null })).map(({ id }) => id)).toEqual([
    'school',
  ])
  expect(await likeThis('elsewhere', { name: '青石小学', phone: null, position: null })).toEqual([])
  expect(await likeThis(BRANCH, { name: '青石小学', phone: null, position: null }, 'school')).toEqual([])
  expect(await likeThis(BRANCH, { name: ' ', phone: '', position: null })).toEqual([])
})
