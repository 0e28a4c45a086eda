import { beforeEach, expect, test } from 'vitest'
import type { RecordType } from '../../../pwa/src/contract/records.ts'
import { TARGETS } from '../../../pwa/src/contract/targets.ts'
import type { AnyRow, Row } from '../../../pwa/src/core/rows.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { applyReply } from '../../../pwa/src/sync/pull.ts'
import { readReply } from '../../../pwa/src/sync/reply.ts'
import * as acts from '../../../pwa/src/visits/acts.ts'
import { getVisit, openVisits, thisMonth } from '../../../pwa/src/visits/queries.ts'
import { calendar, dayOf, monthOf, tallyOf } from '../../../pwa/src/visits/quota.ts'
import { phoneOf, reopened, rowFrom, somebody } from '../phone.ts'

const BRANCH = '018f4d1e-7c00-7000-8000-0000000000b1'
const NOW = new Date(2026, 10, 23, 10, 26).getTime()
const HERE = { lat: 30, lon: 120, accuracy: 18, at: NOW }

let store: Store
let cursor = 10

async function told(rows: Partial<Record<RecordType, AnyRow[]>>): Promise<void> {
  cursor += 1
  const audiences = [`unit:${BRANCH}:carrier`]
  const reply = readReply({ v: 1, epoch: 3, ack: 0, cursor, time: 1, rows, audiences, more: false })
  if (!reply) throw new Error('not a reply')
  await applyReply(store.cache, await store.cache.syncState(), reply, [], { now: 1, lenient: false })
}

const waiting = () => store.outbox.changes.orderBy('n').toArray()
const closed = (id: string, values: Partial<Row<'visit'>> = {}) =>
  rowFrom('visit', id, cursor, {
    branch: BRANCH,
    kind: 'visit',
    result: 'met',
    started_at: NOW,
    closed_at: NOW,
    person: store.person,
    status: 'closed',
    ...values,
  })
const start = (values: Partial<acts.Start> = {}) =>
  acts.startVisit({ branch: BRANCH, kind: 'visit', customer: 'c1', ...values }, NOW)
const shown = async (id: string) => (await getVisit(id))?.visit

beforeEach(async () => {
  store = await phoneOf(somebody(), 17)
  cursor = 10
  await told({
    branch: [rowFrom('branch', BRANCH, 3, { code: '001', name: '青石桥支局', unit: 'u' })],
    customer: [rowFrom('customer', 'c1', 4, { branch: BRANCH, name: '青石小学' })],
    quota: [rowFrom('quota', 'q', 5, { branch: BRANCH, month: '2026-11', visits: 6, ride_alongs: 0, cards: 63 })],
  })
})

test('every tap is on disk, and the draft outlives the page', async () => {
  const id = await start({ position: HERE })
  await acts.hear(id, { result: 'met' })
  await acts.hear(id, { satisfaction: 90 })
  await acts.hear(id, { topics: ['timeliness', 'attitude'] })
  await acts.hear(id, { topics: ['timeliness', 'attitude'] })
  expect(await waiting()).toHaveLength(4)
  store = reopened(store)
  expect(await shown(id)).toMatchObject({
    person: store.person,
    status: 'draft',
    customer: 'c1',
    position: HERE,
    result: 'met',
    satisfaction: 90,
    topics: ['timeliness', 'attitude'],
  })
  expect((await openVisits()).drafts.map((draft) => draft.id)).toEqual([id])
})

test('the place is said once', async () => {
  const id = await start()
  await acts.placeVisit(id, HERE)
  await acts.placeVisit(id, { ...HERE, lat: 31 })
  expect((await shown(id))?.position).toEqual(HERE)
  expect(await waiting()).toHaveLength(2)
})

test('the card handed over is closed with the visit, as one, and both count at once', async () => {
  const id = await start()
  await acts.hear(id, { result: 'met' })
  const draft = await shown(id)
  if (!draft) throw new Error('no visit')
  await acts.handCard(draft)
  expect((await openVisits()).drafts.map((one) => one.id)).toEqual([id])
  const card = (await getVisit(id))?.card
  expect(card).toMatchObject({ kind: 'card', customer: 'c1', status: 'draft', result: 'met' })
  await acts.closeVisit(id, card?.id ?? null, cursor)
  const last = (await waiting()).slice(-2)
  expect(last.map(({ id: of, act, group }) => [of, act, group])).toEqual([
    [id, 'close', last[0]?.n],
    [card?.id, 'close', last[0]?.n],
  ])
  const month = await thisMonth(NOW)
  expect(month.done).toEqual({ visits: 7, ride_alongs: 0, cards: 64 })
  expect(month.pending).toEqual({ visits: 1, ride_alongs: 0, cards: 1 })
  expect(month.target).toMatchObject({ visits: TARGETS.visits, cards: TARGETS.cards })
})

test('a card taken back is void and is not handed over', async () => {
  const id = await start()
  const draft = await shown(id)
  if (!draft) throw new Error('no visit')
  await acts.handCard(draft)
  const card = (await getVisit(id))?.card
  await acts.takeCardBack(id, card?.id ?? '', '没有发卡')
  expect((await getVisit(id))?.card).toBeUndefined()
  expect((await thisMonth(NOW)).pending.cards).toBe(0)
})

test('a correction is a new visit that takes everything over, and the first no longer counts', async () => {
  await told({ visit: [closed('v1', { customer: 'c1', satisfaction: 90, needs: '上门揽收', position: HERE })] })
  const old = await shown('v1')
  if (!old) throw new Error('no visit')
  const id = await acts.correctVisit(old, NOW + 60_000)
  expect(await shown(id)).toMatchObject({ corrects: 'v1', started_at: NOW, satisfaction: 90, needs: '上门揽收' })
  expect((await thisMonth(NOW)).done.visits).toBe(6)
  await acts.hear(id, { result: 'not_met' })
  await acts.closeVisit(id, null, cursor)
  expect((await thisMonth(NOW)).done.visits).toBe(5)
  expect((await getVisit('v1'))?.corrected?.id).toBe(id)
})

test('another customer for a draft: a draft anew with all that was heard, and the first is void, as one', async () => {
  const id = await start()
  await acts.hear(id, { needs: '上门揽收' })
  const old = await shown(id)
  if (!old) throw new Error('no visit')
  const again = await acts.restartVisit(old, { customer: 'c2' }, '换了走访对象')
  expect(await shown(again)).toMatchObject({ customer: 'c2', needs: '上门揽收', started_at: NOW, status: 'draft' })
  expect((await shown(id))?.status).toBe('void')
  expect((await openVisits()).drafts.map((draft) => draft.id)).toEqual([again])
  const [made, ended] = (await waiting()).slice(-2)
  expect([made?.group, ended?.group]).toEqual([made?.n, made?.n])
})

test('a void visit counts no more; who may do what is known offline', async () => {
  await told({ visit: [closed('v1'), closed('v2', { person: 'somebody else' })] })
  expect((await getVisit('v1'))?.refusal('visit.void')).toBeNull()
  expect((await getVisit('v2'))?.refusal('visit.void')).toBe('not_allowed')
  expect((await getVisit('v1'))?.refusal('visit.close')).toBe('wrong_state')
  await acts.voidVisit('v1', '重复了', cursor)
  expect((await thisMonth(NOW)).done.visits).toBe(5)
})

test('what counts: met in person, closed, of this branch and month; of two corrections the last', () => {
  const visits = [
    closed('a'),
    closed('b', { result: 'left_word' }),
    closed('c', { kind: 'ride_along', result: 'not_met' }),
    closed('d', { status: 'draft' }),
    closed('e', { status: 'void' }),
    closed('f', { branch: 'another' }),
    closed('g', { started_at: new Date(2026, 9, 31, 23).getTime() }),
    closed('h', { corrects: 'a', closed_at: NOW + 1 }),
    closed('i', { corrects: 'a', closed_at: NOW + 2 }),
    closed('j', { kind: 'card' }),
  ]
  expect(tallyOf(visits, BRANCH, '2026-11')).toEqual({ visits: 1, ride_alongs: 1, cards: 1 })
})

test('what was promised is to be followed up until somebody was there again', async () => {
  const later = NOW + 1000
  await told({
    visit: [
      closed('v1', { customer: 'c1', follow_up_on: '2026-11-26' }),
      closed('v2', { customer: 'c2', follow_up_on: '2026-11-25' }),
      closed('v3', { customer: 'c3', follow_up_on: '2026-11-24' }),
      closed('v4', { customer: 'c3', started_at: later }),
      closed('v5', { kind: 'ride_along', follow_up_on: '2026-11-23' }),
    ],
  })
  expect((await openVisits()).due.map(({ id }) => id)).toEqual(['v5', 'v2', 'v1'])
})

test('days, months and how far the calendar is', () => {
  expect([monthOf(NOW), dayOf(NOW)]).toEqual(['2026-11', '2026-11-23'])
  expect(calendar(NOW)).toBeCloseTo(23 / 30)
})
