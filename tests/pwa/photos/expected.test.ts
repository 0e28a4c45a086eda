import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Store } from '../../../pwa/src/database/open.ts'
import { expectPhoto, forgetExpected, missed, readMissed } from '../../../pwa/src/photos/expected.ts'
import { path } from '../../../pwa/src/router.ts'
import { phoneOf, reopened } from '../phone.ts'

let store: Store

beforeEach(async () => {
  store = await phoneOf()
  path.value = '/inspections/i/ENV-2'
})

afterEach(() => vi.unstubAllGlobals())

/** Locks of one browser, of which each page sees the same. */
function locksOfBrowser() {
  const held = new Set<string>()
  type Use = (lock: object | null) => Promise<unknown>
  const request = async (name: string, ...rest: [Use] | [{ ifAvailable: boolean }, Use]) => {
    const use = rest.at(-1) as Use
    if (held.has(name)) return use(null)
    held.add(name)
    return use({}).finally(() => held.delete(name))
  }
  vi.stubGlobal('navigator', { ...navigator, locks: { request } })
  return { die: () => held.clear() }
}

/** The code of another tab on the same disk: its own memory, the same notes. */
async function otherTab() {
  vi.resetModules()
  const opened = await import('../../../pwa/src/database/open.ts')
  opened.useStoreOf(store.person)
  const routed = await import('../../../pwa/src/router.ts')
  routed.path.value = '/inspections/other/ENV-3'
  return import('../../../pwa/src/photos/expected.ts')
}

test('what a living tab expects is its own: another one is not brought there, and does not forget it', async () => {
  const browser = locksOfBrowser()
  const [first, second] = [await otherTab(), await otherTab()]
  const noted = await first.expectPhoto('i ENV-2.d')
  expect(await second.readMissed(store.person)).toBeNull()
  await second.expectPhoto('other ENV-3.a').then(second.forgetExpected)
  browser.die()
  const next = await otherTab()
  expect(await next.readMissed(store.person)).toEqual(noted)
})

test('of what two killed tabs left the last is told, once, and all is forgotten with it', async () => {
  const browser = locksOfBrowser()
  const [first, second] = [await otherTab(), await otherTab()]
  await first.expectPhoto('i ENV-2.d')
  const last = await second.expectPhoto('i ENV-2.e')
  last.at += 1
  await store.outbox.meta.put(last, `expected ${last.page}`)
  browser.die()
  const third = await otherTab()
  third.missed.value = await third.readMissed(store.person)
  expect(third.missed.value).toEqual(last)
  browser.die()
  const fourth = await otherTab()
  fourth.missed.value = await fourth.readMissed(store.person)
  expect(fourth.missed.value).toEqual({ ...last, page: expect.any(String), told: true })
  await fourth.forgetExpected(fourth.missed.value)
  browser.die()
  expect(await (await otherTab()).readMissed(store.person)).toBeNull()
})

test('where there are no locks, what another page left counts as left by one that died', async () => {
  vi.stubGlobal('navigator', { ...navigator, locks: undefined })
  const noted = await (await otherTab()).expectPhoto('i ENV-2.d')
  expect(await (await otherTab()).readMissed(store.person)).toEqual(noted)
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
