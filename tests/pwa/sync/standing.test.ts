import { beforeEach, expect, test } from 'vitest'
import { settle as pick } from '../../../pwa/src/conflicts/acts.ts'
import type { Result } from '../../../pwa/src/contract/wire.ts'
import { findingId } from '../../../pwa/src/core/ids.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { recordCheck, startInspection } from '../../../pwa/src/inspections/acts.ts'
import { discardRefused, retryAsNew } from '../../../pwa/src/sync/refused.ts'
import { markLanded, settleCarried } from '../../../pwa/src/sync/settle.ts'
import { standing } from '../../../pwa/src/sync/standing.ts'
import { phoneOf, rowFrom } from '../phone.ts'

let store: Store
let id: string

beforeEach(async () => {
  store = await phoneOf()
  id = await startInspection({ branch: 'b', standard: 's' }, 1000)
  await recordCheck(id, 'ETI-4', 'ETI-4.a', { result: 'fail' })
})

const settle = async (results: Result[]) => {
  const carried = await store.outbox.changes.toArray()
  await settleCarried(store.outbox, { device: 17, carried, epoch: 3, ack: 2, results }, 5)
}

test('what waits is counted, with its oldest', async () => {
  expect((await standing(store)).waiting).toEqual({ changes: 2, photos: 0, bytes: 0, oldest: 1000 })
  await settle([])
  expect((await standing(store)).waiting).toEqual({ changes: 0, photos: 0, bytes: 0, oldest: null })
})

test('a refusal is shown with its reason and item until it is set aside, and stays on the disk', async () => {
  await settle([{ n: 2, outcome: 'refused', code: 'locked', changed: [['finding', 'f', 3]] }])
  expect((await standing(store)).refused).toMatchObject([
    { id: [17, 2], root: id, item: 'ETI-4', code: 'locked', paths: ['inspection', 'item', 'checks.ETI-4.a'] },
  ])
  await discardRefused([17, 2])
  expect((await standing(store)).refused).toEqual([])
  expect(await store.outbox.refused.count()).toBe(1)
})

test('a refusal sent anew is a new change on what is shown now', async () => {
  await settle([{ n: 2, outcome: 'refused', code: 'stale_view' }])
  await retryAsNew([17, 2])
  expect(await store.outbox.refused.count()).toBe(0)
  const [change] = await store.outbox.changes.toArray()
  expect(change).toMatchObject({ n: 3, type: 'finding', root: id })
  expect(change?.set?.['checks.ETI-4.a']).toEqual([{ result: 'fail' }])
})

test('what was refused together is sent anew together', async () => {
  await settle([])
  await store.outbox.refused.bulkPut(
    [5, 6].map((n) => {
      const change = { n, at: 1, type: 'inspection', id, root: id, set: { remark: [`${n}`] }, group: 5 }
      return { ...change, device: 17, refused_at: 1, code: n === 5 ? 'locked' : 'group_refused' }
    }),
  )
  await retryAsNew([17, 6])
  const changes = await store.outbox.changes.orderBy('n').toArray()
  expect(changes.map(({ n, group }) => [n, group])).toEqual([
    [3, 3],
    [4, 3],
  ])
})

test('held work is shown until it stands in the record or the inspection is decided', async () => {
  await settle([{ n: 2, outcome: 'held', code: 'late_evidence' }])
  await markLanded(store.outbox, 17, 2, 5)
  expect((await standing(store)).held).toMatchObject([{ id: [17, 2], item: 'ETI-4', code: 'late_evidence' }])
  const row = rowFrom('inspection', id, 9, { status: 'approved' })
  await store.cache.transaction('rw', store.cache.tables, async () => {
    await store.cache.rows.put({ type: 'inspection', id, rev: 9, parent: 'b', row })
    await store.cache.turnPage()
  })
  expect((await standing(store)).held).toEqual([])
})

test('an undecided field is counted until the own choice settles it', async () => {
  const finding = findingId(id, 'ETI-4')
  const path = 'checks.ETI-4.a'
  const open = {
    [path]: [
      { value: { result: 'pass' }, by: [18, 7] as [number, number], person: 'you', at: 2 },
      { value: { result: 'fail' }, by: [17, 2] as [number, number], person: store.person, at: 2 },
    ],
  }
  const row = rowFrom('finding', finding, 9, { inspection: id, item: 'ETI-4', open, by: { [path]: [[18, 7]] } })
  await settle([{ n: 2, outcome: 'conflict' }])
  await markLanded(store.outbox, 17, 2, 5)
  await store.cache.transaction('rw', store.cache.tables, async () => {
    await store.cache.rows.bulkPut([
      { type: 'inspection', id, rev: 9, parent: 'b', row: rowFrom('inspection', id, 9) },
      { type: 'finding', id: finding, rev: 9, parent: id, open: 1, row },
    ])
    await store.cache.turnPage()
  })
  expect((await standing(store)).conflicts).toEqual([{ inspection: id, item: 'ETI-4', path }])

  const handedIn = async (status: 'draft' | 'submitted') => {
    const mine = { ...rowFrom('inspection', id, 9, { lead: store.person }), status }
    await store.cache.rows.put({ type: 'inspection', id, rev: 9, parent: 'b', row: mine })
    await store.cache.turnPage()
  }
  await handedIn('submitted')
  expect((await standing(store)).conflicts, 'who reviews it decides').toEqual([])
  await handedIn('draft')
  expect((await standing(store)).conflicts).toHaveLength(1)
  await pick(id, 'ETI-4', 'ETI-4.a', [18, 7])
  expect((await standing(store)).conflicts).toEqual([])
})
