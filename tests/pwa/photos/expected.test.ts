import { beforeEach, expect, test, vi } from 'vitest'
import type { Store } from '../../../pwa/src/database/open.ts'
import { expectPhoto, forgetExpected, missed, readMissed } from '../../../pwa/src/photos/expected.ts'
import { path } from '../../../pwa/src/router.ts'
import { phoneOf, reopened } from '../phone.ts'

let store: Store

beforeEach(async () => {
  store = await phoneOf()
  path.value = '/inspections/i/ENV-2'
})

test('what was expected outlives the page, and brings the person back once', async () => {
  const noted = await expectPhoto('i ENV-2.d')
  store = reopened(store)
  expect(await readMissed(store.person)).toEqual(noted)
  expect(await readMissed(store.person)).toEqual({ ...noted, told: true })
})

test('nothing is left of what was taken, nor of what nobody remembers', async () => {
  const noted = await expectPhoto('i ENV-2.d')
  expect(await readMissed(store.person, noted.at + 13 * 3_600_000)).toBeNull()
  await forgetExpected(noted)
  expect(await readMissed(store.person)).toBeNull()
})

test('a shot that ends late does not forget what was expected since', async () => {
  const first = await expectPhoto('i ENV-2.a')
  const second = await expectPhoto('i ENV-2.b')
  await forgetExpected(first)
  expect(await readMissed(store.person)).toEqual(second)
  await forgetExpected(second)
})

test('what a page that died left behind is forgotten when the person says so', async () => {
  await expectPhoto('i ENV-2.a').then(forgetExpected)
  await store.outbox.meta.put({ place: '/p', spot: 's', at: Date.now() }, 'expected')
  missed.value = await readMissed(store.person)
  await forgetExpected(missed.value)
  expect(missed.value).toBeNull()
  expect(await readMissed(store.person)).toBeNull()
})

test('a disk without room says so before the shutter', async () => {
  const full = Object.assign(new Error('full'), { name: 'QuotaExceededError' })
  vi.spyOn(store.outbox.meta, 'put').mockRejectedValueOnce(full)
  await expect(expectPhoto('i ENV-2.d')).rejects.toMatchObject({ name: 'StorageFull' })
})
