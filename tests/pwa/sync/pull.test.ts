import { beforeEach, expect, test, vi } from 'vitest'
import { EMPTY_STATE, type SyncState } from '../../../pwa/src/database/cache.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { packed } from '../../../pwa/src/database/reference.ts'
import { applyReply, type OwnEdit } from '../../../pwa/src/sync/pull.ts'
import { readReply } from '../../../pwa/src/sync/reply.ts'
import { phoneOf, reopened, rowFrom } from '../phone.ts'

let store: Store

beforeEach(async () => {
  store = await phoneOf()
})

const replied = (body: object) => {
  const reply = readReply({ v: 1, epoch: 3, ack: 0, cursor: 10, time: 5000, ...body })
  if (!reply) throw new Error('not a reply')
  return reply
}
const apply = async (body: object, asked?: SyncState, edits: OwnEdit[] = [], lenient = false) =>
  applyReply(store.cache, asked ?? (await store.cache.syncState()), replied(body), edits, { now: 4000, lenient })

const inspection = (id: string, rev: number, values = {}) => rowFrom('inspection', id, rev, { branch: 'b', ...values })
const revOf = async (id: string) => (await store.cache.rows.get(['inspection', id]))?.rev

test('rows, cursor and clock come in one write', async () => {
  expect(await apply({ rows: { inspection: [inspection('i', 9)] }, audiences: ['everyone'] })).toBe('applied')
  expect(await revOf('i')).toBe(9)
  expect(await store.cache.syncState()).toEqual({
    epoch: 3,
    cursor: 10,
    seen: 10,
    audiences: ['everyone'],
    fill: {},
    clock_offset: 1000,
    replied_at: 5000,
  })
})

test('a page that cannot be written whole moves neither rows nor cursor', async () => {
  const put = vi.spyOn(store.cache.state, 'put').mockRejectedValueOnce(new Error('disk'))
  await expect(apply({ rows: { inspection: [inspection('i', 9)] } })).rejects.toThrow('disk')
  put.mockRestore()
  store = reopened(store)
  expect(await store.cache.rows.count()).toBe(0)
  expect(await store.cache.syncState()).toEqual(EMPTY_STATE)
  await apply({ rows: { inspection: [inspection('i', 9)] } })
  expect(await revOf('i')).toBe(9)
})

test('a row is taken only if its rev is higher', async () => {
  await apply({ rows: { inspection: [inspection('i', 9, { remark: 'new' })] } })
  await apply({ cursor: 11, rows: { inspection: [inspection('i', 7, { remark: 'old' })] } })
  expect(await revOf('i')).toBe(9)
})

test.each([
  ['an older cursor', { cursor: 4 }],
  ['other audiences', { audiences: ['everyone', 'person:x'] }],
  ['another fill', { fill: { everyone: 'a' } }],
  ['another epoch', { epoch: 2 }],
])('a reply to a request with %s is ignored', async (_name, change) => {
  await apply({ audiences: ['everyone'] })
  const asked = { ...(await store.cache.syncState()), ...change }
  expect(await apply({ cursor: 20, rows: { inspection: [inspection('i', 15)] } }, asked)).toBe('ignored')
  expect(await revOf('i')).toBeUndefined()
  expect((await store.cache.syncState()).cursor).toBe(10)
})

const edit = (n: number, set: Record<string, unknown[]>): OwnEdit => {
  return { n, at: n, type: 'inspection', id: 'i', root: 'i', device: 17, set }
}

test('same: own edits are folded in, under the new rev and with the changes as winners', async () => {
  await apply({ rows: { inspection: [inspection('i', 9, { by: { remark: [[4, 4]], representative: [[4, 5]] } })] } })
  const edits = [
    edit(41, { remark: ['first', [4, 4]] }),
    edit(42, { remark: ['second', [17, 41]], 'members.p': [true] }),
  ]
  expect(await apply({ cursor: 12, same: [['inspection', 'i', 12]] }, undefined, edits)).toBe('applied')
  expect((await store.cache.rows.get(['inspection', 'i']))?.row).toMatchObject({
    rev: 12,
    remark: 'second',
    members: { p: true },
    by: { remark: [[17, 42]], 'members.p': [[17, 42]], representative: [[4, 5]] },
  })
})

test.each([
  [
    'saw every value',
    [
      [4, 4],
      [5, 9],
    ],
    undefined,
  ],
  ['saw one of two', [[4, 4]], 1],
] as const)('same: an own edit that %s is told as such by the row', async (_name, bases, mark) => {
  const undecided = [
    { value: 'one', by: [4, 4], person: 'p', at: 1 },
    { value: 'two', by: [5, 9], person: 'q', at: 2 },
  ]
  const row = inspection('i', 9, { by: { remark: [[4, 4]] }, open: { remark: undecided } })
  await apply({ rows: { inspection: [row] } })
  expect(await store.cache.rows.where('open').equals(1).count()).toBe(1)
  await apply({ cursor: 12, same: [['inspection', 'i', 12]] }, undefined, [edit(41, { remark: ['two', ...bases] })])
  const held = await store.cache.rows.get(['inspection', 'i'])
  expect(held?.row).toMatchObject({ rev: 12, remark: 'two', by: { remark: [[17, 41]] } })
  expect(held?.open).toBe(mark)
  expect(held?.row.open?.['remark']).toEqual(mark && undecided)
})

test('same for a row that is not here: the cache fills anew, but not when that was just tried', async () => {
  await apply({ rows: { inspection: [inspection('i', 9)] } })
  expect(await apply({ cursor: 12, same: [['inspection', 'other', 12]] }, undefined, [], true)).toBe('applied')
  expect(await apply({ cursor: 13, same: [['inspection', 'other', 13]] })).toBe('refill')
  expect(await store.cache.rows.count()).toBe(0)
  expect((await store.cache.syncState()).cursor).toBeNull()
})

test('gone takes a row away, unless a later one is already here', async () => {
  await apply({ rows: { inspection: [inspection('i', 9), inspection('j', 10)] } })
  const gone = [
    ['inspection', 'i', 11],
    ['inspection', 'j', 8],
    ['inspection', 'never', 11],
  ]
  await apply({ cursor: 11, gone })
  expect(await revOf('i')).toBeUndefined()
  expect(await revOf('j')).toBe(10)
})

test('a fill goes on beside the feed, page by page; its rows may be newer than the cursor', async () => {
  await apply({ audiences: ['a', 'b'], fill: { a: 'x1', b: 'y1' }, rows: { inspection: [inspection('i', 400)] } })
  expect((await store.cache.syncState()).fill).toEqual({ a: 'x1', b: 'y1' })
  await apply({ cursor: 12, audiences: ['a', 'b'], fill: { a: 'x2' }, rows: { inspection: [inspection('j', 3)] } })
  await apply({ cursor: 13 })
  expect(await store.cache.syncState()).toMatchObject({ cursor: 13, audiences: ['a', 'b'], fill: {} })
  expect(await store.cache.rows.count()).toBe(2)
})

test('seen is the cursor of the last reply that left nothing to come, never that of a page', async () => {
  const seen = () => store.cache.seen()
  expect(await seen()).toBe(0)
  await apply({ cursor: 5, fill: { a: 'x1' }, audiences: ['a'], rows: { inspection: [inspection('i', 4)] } })
  expect(await seen()).toBe(0)
  await apply({ cursor: 6 })
  expect(await seen()).toBe(6)
  await apply({ cursor: 9, more: true, rows: { inspection: [inspection('i', 9)] } })
  store = reopened(store)
  expect(await seen()).toBe(6)
  await apply({ cursor: 12 })
  expect(await seen()).toBe(12)
  await apply({ epoch: 4, cursor: 30, more: true })
  expect(await seen()).toBe(0)
  await apply({ epoch: 4, cursor: 31 })
  expect(await seen()).toBe(31)
})

test('a cache of an earlier build does not say how far it was complete: nothing counts as seen', async () => {
  const { seen: _seen, ...earlier } = { ...EMPTY_STATE, epoch: 3, cursor: 8 }
  await store.cache.state.put(earlier, 'sync')
  expect(await store.cache.seen()).toBe(0)
  await apply({ cursor: 9 })
  expect(await store.cache.seen()).toBe(9)
})

test('an audience that is taken back goes by pages, and nothing else goes with it', async () => {
  await apply({ audiences: ['a', 'b'], rows: { inspection: [inspection('i', 4), inspection('j', 5)] } })
  await apply({ cursor: 11, audiences: ['a', 'b'], fill: { b: 'lost 1' }, gone: [['inspection', 'i', 4]] })
  expect(await revOf('j')).toBe(5)
  await apply({ cursor: 12, audiences: ['a'], drop: ['b'] })
  expect(await store.cache.syncState()).toMatchObject({ audiences: ['a'], fill: {} })
  expect(await revOf('j')).toBe(5)
})

test.each([
  ['a new epoch', { epoch: 4, cursor: 12 }],
  ['a clock behind the cursor', { cursor: 3 }],
])('%s empties the cache in the same write that fills it', async (_name, body) => {
  await apply({ rows: { inspection: [inspection('i', 9)], branch: [rowFrom('branch', 'b', 2)] } })
  await apply({ ...body, rows: { inspection: [inspection('j', 2)] } })
  expect(await revOf('i')).toBeUndefined()
  expect(await revOf('j')).toBe(2)
  expect((await packed(store.cache, 'branch')).size).toBe(0)
})

test('types and rows of a later version do no harm', async () => {
  const rows = { kite: [{ id: 'k', rev: 1, by: {} }], inspection: [inspection('i', 9, { colour: 'red' })] }
  expect(await apply({ rows, gone: [['kite', 'k', 2]] })).toBe('applied')
  expect(await revOf('i')).toBe(9)
})

test('an undecided field is found again by its mark', async () => {
  const open = { 'checks.A.a': [{ value: { result: 'pass' }, by: [1, 1], person: 'p', at: 1 }] }
  await apply({ rows: { finding: [rowFrom('finding', 'f', 4, { inspection: 'i', item: 'A', open } as never)] } })
  expect((await store.cache.rows.where('open').equals(1).toArray()).map((row) => row.id)).toEqual(['f'])
  await apply({ cursor: 12, rows: { finding: [rowFrom('finding', 'f', 11, { inspection: 'i', item: 'A' })] } })
  expect(await store.cache.rows.where('open').equals(1).count()).toBe(0)
})
