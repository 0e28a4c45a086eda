import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Result } from '../../../pwa/src/contract/wire.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { recordCheck, startInspection } from '../../../pwa/src/inspections/acts.ts'
import { Outcomes } from '../../../pwa/src/settle/Outcomes.tsx'
import { takeOutcomes } from '../../../pwa/src/settle/outcomes.ts'
import { markLanded, settleCarried } from '../../../pwa/src/sync/settle.ts'
import { standing } from '../../../pwa/src/sync/standing.ts'
import { json, Office, Seen } from '../desk/office.ts'
import { phoneOf } from '../phone.ts'

const NOW = Date.now()
const DAY = 86_400_000
const told = (n: number, status: string) => ({
  change: [17, n],
  status,
  decided_by_name: '督导甲',
  decided_at: status === 'open' ? null : NOW,
  reason: status === 'open' ? null : '现场已复核',
})

let store: Store
let office: Office

beforeEach(async () => {
  store = await phoneOf()
  const id = await startInspection({ branch: 'b', standard: 's' }, 1000)
  await recordCheck(id, 'ETI-4', 'ETI-4.a', { result: 'fail' })
  const results: Result[] = [
    { n: 1, outcome: 'held', code: 'out_of_scope' },
    { n: 2, outcome: 'held', code: 'out_of_scope' },
  ]
  const carried = await store.outbox.changes.toArray()
  await settleCarried(store.outbox, { device: 17, carried, epoch: 3, ack: 2, results }, 5)
  office = new Office().open()
})

afterEach(() => vi.unstubAllGlobals())

test('what was decided is no longer waiting, and is told with who and why', async () => {
  expect((await standing(store)).held).toHaveLength(2)
  office.on('GET /api/held/own', () => json({ held: [told(1, 'taken'), told(2, 'open'), told(9, 'taken')], next: NOW }))
  await takeOutcomes(store, NOW)
  const at = await standing(store)
  expect(at.held.map(({ id }) => id[1])).toEqual([2])
  expect(at.decided).toMatchObject([
    { id: [17, 1], decided: { status: 'taken', by: '督导甲', at: NOW, reason: '现场已复核' } },
  ])
})

test('nothing is asked where nothing was held', async () => {
  await store.outbox.settled.clear()
  await takeOutcomes(store, NOW)
  expect(office.asked).toHaveLength(0)
})

test('why it was decided so goes from the phone when it was emptied at the office', async () => {
  office.on('GET /api/held/own', () => json({ held: [told(1, 'dismissed')], next: NOW }))
  await takeOutcomes(store, NOW)
  office.on('GET /api/held/own', () => json({ held: [{ ...told(1, 'dismissed'), reason: '-' }], next: NOW }))
  await takeOutcomes(store, NOW)
  expect((await standing(store)).decided).toMatchObject([
    { id: [17, 1], decided: { status: 'dismissed', reason: '-' } },
  ])
})

test('once all is decided it is asked now and then, not in every round', async () => {
  office.on('GET /api/held/own', () => json({ held: [told(1, 'taken'), told(2, 'open')], next: NOW }))
  await takeOutcomes(store, NOW)
  await takeOutcomes(store, NOW)
  expect(office.asked).toHaveLength(2)
  office.on('GET /api/held/own', () => json({ held: [told(1, 'taken'), told(2, 'taken')], next: NOW }))
  for (let round = 0; round < 5; round++) await takeOutcomes(store, NOW + round)
  expect(office.asked).toHaveLength(3)
  await takeOutcomes(store, NOW + DAY)
  expect(office.asked).toHaveLength(4)
  const since = [undefined, String(NOW), String(NOW), undefined]
  expect(office.asked.map(({ params }) => params['since'])).toEqual(since)
})

test('a photo that was left out waits for nothing any more', async () => {
  const change = { n: 3, at: 1, type: 'photo', id: 'p', root: 'i', set: { source: ['camera'] } }
  await store.outbox.settled.put({ ...change, device: 17, settled_at: 1, landed: 0, outcome: 'held' })
  const sizes = { sha256: '', preview_sha256: '', bytes: 1, preview_bytes: 1 }
  await store.outbox.photos.put({ id: 'p', finding: 'f', root: 'i', added_at: 1, uploads: {}, ...sizes })
  office.on('GET /api/held/own', () => json({ held: [told(3, 'dismissed')], next: NOW }))
  expect((await standing(store)).photos.total).toBe(1)
  await takeOutcomes(store, NOW)
  expect((await standing(store)).photos.total).toBe(0)
})

test('a decision is told for two weeks, and its change is let go of like any other', async () => {
  office.on('GET /api/held/own', () => json({ held: [{ ...told(1, 'taken'), decided_at: NOW - 15 * DAY }], next: NOW }))
  await takeOutcomes(store, NOW)
  expect((await standing(store)).decided).toEqual([])
  await markLanded(store.outbox, 17, 2, NOW + 40 * DAY)
  expect((await store.outbox.settled.toArray()).map(({ n }) => n)).toEqual([2])
})

test('no answer changes nothing', async () => {
  office.on('GET /api/held/own', () => new Response('<html>', { status: 200 }))
  await takeOutcomes(store, NOW)
  expect((await standing(store)).held).toHaveLength(2)
})

test('what was decided at once is one line', async () => {
  office.on('GET /api/held/own', () => json({ held: [told(1, 'dismissed'), told(2, 'dismissed')], next: NOW }))
  await takeOutcomes(store, NOW)
  const seen = new Seen()
  seen.draw(<Outcomes decided={(await standing(store)).decided} />)
  expect(seen.all('li')).toHaveLength(1)
  for (const words of ['督导没有收', '2 条', '现场已复核', '督导甲']) expect(seen.text).toContain(words)
  seen.clear()
})
