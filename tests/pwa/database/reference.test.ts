import { expect, test } from 'vitest'
import { packed, repack } from '../../../pwa/src/database/reference.ts'
import { phoneOf, reopened, rowFrom } from '../phone.ts'

const branches = (from: number, to: number, rev = 1) =>
  Array.from({ length: to - from }, (_, at) => rowFrom('branch', `b${from + at}`, rev, { name: `网点 ${from + at}` }))

test('rows are packed a thousand to a record, found by id, replaced and taken out', async () => {
  let store = await phoneOf()
  const put = (rows: ReturnType<typeof branches>, gone: string[] = []) =>
    store.cache.transaction('rw', store.cache.tables, async () => repack(store.cache, 'branch', rows, gone))
  await put(branches(0, 700))
  await put(branches(700, 2500))
  expect((await store.cache.packs.toArray()).map((pack) => pack.rows.length)).toEqual([700, 1000, 800])
  await put(branches(2500, 2800))
  expect((await store.cache.packs.toArray()).map((pack) => pack.rows.length)).toEqual([700, 1000, 1000, 100])
  await put(branches(1500, 1501, 9), ['b3'])
  const held = await packed(store.cache, 'branch')
  expect(held.size).toBe(2799)
  expect(held.get('b1500')?.rev).toBe(9)
  expect(held.has('b3')).toBe(false)
  store = reopened(store)
  const again = await packed(store.cache, 'branch')
  expect(again.size).toBe(2799)
  expect(again.get('b1500')?.rev).toBe(9)
})

test('a write that fails leaves memory and disk as they were', async () => {
  const store = await phoneOf()
  const { cache } = store
  await cache.transaction('rw', cache.tables, async () => repack(cache, 'branch', branches(0, 3), []))
  const failing = cache.transaction('rw', cache.tables, async () => {
    await repack(cache, 'branch', branches(0, 3, 7), ['b1'])
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  const held = await packed(cache, 'branch')
  expect([...held.values()].map((row) => row.rev)).toEqual([1, 1, 1])
})
