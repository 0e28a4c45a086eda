// @vitest-environment happy-dom
import { effect } from '@preact/signals'
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Result } from '../../../pwa/src/contract/wire.ts'
import { type Store, useStoreOf } from '../../../pwa/src/database/open.ts'
import type { KeptPhoto } from '../../../pwa/src/database/outbox.ts'
import { recordCheck, startInspection } from '../../../pwa/src/inspections/acts.ts'
import { fileOf } from '../../../pwa/src/sync/keepWork.ts'
import { beat, STILL } from '../../../pwa/src/sync/pulse.ts'
import { chipWord } from '../../../pwa/src/sync/StatusChip.tsx'
import { SyncScreen } from '../../../pwa/src/sync/SyncScreen.tsx'
import { settleCarried } from '../../../pwa/src/sync/settle.ts'
import * as standings from '../../../pwa/src/sync/standing.ts'
import { type RefusedWork, syncStatus, watchStanding } from '../../../pwa/src/sync/status.ts'
import { phoneOf } from '../phone.ts'

let store: Store
let stop: () => void

const looked = () => vi.waitFor(() => expect(syncStatus.value.unread).toBe(false), { timeout: 20_000 })

beforeEach(async () => {
  store = await phoneOf()
})

afterEach(async () => {
  stop()
  vi.restoreAllMocks()
  // what one person leaves is told to the next
  await store.outbox.delete()
})

/** Follows the store, after everything it holds has been settled. */
async function followed(): Promise<void> {
  stop = watchStanding(store)
  await looked()
}

const photo = (): KeptPhoto => ({
  id: 'p',
  finding: 'f',
  root: 'r',
  added_at: 1,
  sha256: 'a',
  preview_sha256: 'b',
  bytes: 3,
  preview_bytes: 1,
  uploads: {},
})

/** Looks that come back when they are let, each with what was there when it began. */
function heldLooks(): { count: () => number; release: () => void } {
  const read = standings.standing
  const held: (() => void)[] = []
  let count = 0
  vi.spyOn(standings, 'standing').mockImplementation(async (from) => {
    const found = await read(from)
    count += 1
    await new Promise<void>((resolve) => held.push(resolve))
    return found
  })
  return { count: () => count, release: () => held.shift()?.() }
}

test('before the first look nothing is said of where anything is', async () => {
  const looks = heldLooks()
  stop = watchStanding(store)
  await vi.waitFor(() => expect(looks.count()).toBe(1))
  expect(syncStatus.value).toMatchObject({ chip: null, unread: true })
  looks.release()
  await looked()
  expect(syncStatus.value.chip).toBe('full')
})

test('a tap is counted at once, and never twice', async () => {
  await followed()
  const counts: number[] = []
  const end = effect(() => {
    counts.push(syncStatus.value.waiting.changes)
  })
  const id = await startInspection({ branch: 'b', standard: 's' })
  expect(syncStatus.value).toMatchObject({ chip: 'phone', unread: true, waiting: { changes: 1 } })
  await recordCheck(id, 'ETI-4', 'ETI-4.a', { result: 'fail' })
  expect(syncStatus.value.waiting.changes).toBe(2)
  // written into the waiting change: still two
  await recordCheck(id, 'ETI-4', 'ETI-4.a', { result: 'pass' })
  await recordCheck(id, 'ETI-4', 'ETI-4.a', { result: 'fail' })
  const numbers = (await store.outbox.changes.toArray()).length
  expect(syncStatus.value.waiting.changes).toBe(numbers)
  await looked()
  end()
  expect(syncStatus.value.waiting.changes).toBe(numbers)
  expect(Math.max(...counts)).toBe(numbers)
  expect(counts).toEqual([...counts].sort((a, b) => a - b))
})

test('what another tab saved is not known to be complete, from its commit on', async () => {
  await followed()
  expect(syncStatus.value.chip).toBe('full')
  await store.outbox.photos.put(photo())
  expect(syncStatus.value).toMatchObject({ chip: 'phone', unread: true })
  expect(chipWord(syncStatus.value)).toBe('已存手机')
  await looked()
  expect(syncStatus.value.chip).toBe('server')
})

test('a look that began before a commit does not make it known', async () => {
  const looks = heldLooks()
  stop = watchStanding(store)
  await vi.waitFor(() => expect(looks.count()).toBe(1))
  await startInspection({ branch: 'b', standard: 's' })
  looks.release()
  await vi.waitFor(() => expect(syncStatus.value.chip).not.toBeNull())
  expect(syncStatus.value).toMatchObject({ chip: 'phone', unread: true, waiting: { changes: 1 } })
  await vi.waitFor(() => expect(looks.count()).toBe(2), { timeout: 20_000 })
  looks.release()
  await looked()
  expect(syncStatus.value.waiting.changes).toBe(1)
})

test('a look that fails is tried again', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  vi.spyOn(standings, 'standing').mockRejectedValueOnce(new Error('the disk is busy'))
  await followed()
  expect(syncStatus.value.chip).toBe('full')
})

test('the sync screen says that all is on the server only after a look, and not while something needs a person', async () => {
  useStoreOf(store.person)
  const host = document.createElement('div')
  const words = () => host.querySelector('.route-sum b')?.textContent
  stop = () => undefined
  await act(() => render(<SyncScreen />, host))
  expect(words()).toBe('正在核对')
  expect(host.textContent).not.toContain('服务器还没确认过')
  await act(followed)
  expect(words()).toBe('都在服务器上了')
  await act(async () => {
    await store.outbox.photos.put(photo())
  })
  expect(words()).toBe('正在核对')
  await act(looked)
  expect(words()).toContain('差 1 张照片')
  await store.outbox.photos.clear()
  await startInspection({ branch: 'b', standard: 's' })
  const carried = await store.outbox.changes.toArray()
  const results: Result[] = [{ n: 1, outcome: 'refused', code: 'locked' }]
  await settleCarried(store.outbox, { device: 17, carried, epoch: 3, ack: 1, results }, 5)
  await act(looked)
  expect(words()).toBe('能发的都发了，1 件等您处理')
  render(null, host)
})

test('the sync screen shows what this phone has beside what the server says it has, what waits, and what goes', async () => {
  useStoreOf(store.person)
  const host = document.createElement('div')
  const figures = () => [...host.querySelectorAll('.route li .n')].map((each) => each.textContent)
  vi.stubGlobal('navigator', {
    storage: { estimate: async () => ({ usage: 2_000_000, quota: 42_000_000 }), persisted: async () => true },
  })
  stop = () => undefined
  await act(() => render(<SyncScreen />, host))
  await act(followed)
  const id = await startInspection({ branch: 'b', standard: 's' })
  await store.outbox.photos.put({ ...photo(), root: id, bytes: 900_000 })
  await act(looked)
  expect(figures()).toEqual(['1 条', '0 条', '0/1 张'])
  await vi.waitFor(() => expect(host.textContent).toContain('检查 · 已存手机，1 条改动、1 张照片'), { timeout: 20_000 })
  await vi.waitFor(() => expect(host.textContent).toContain('还剩 40.0 MB，约 100 张照片'))
  expect(host.querySelector(`a[href="#/inspections/${id}"]`)).not.toBeNull()
  const receipt = { device: 17, carried: await store.outbox.changes.toArray(), epoch: 3, ack: 1, results: [] }
  await settleCarried(store.outbox, receipt, 5)
  await act(looked)
  expect(figures()).toEqual(['1 条', '1 条', '0/1 张'])
  await act(() => beat({ uploading: new Map([['p', 450_000]]) }))
  expect(host.textContent).toContain('正在传照片，已到 450 KB，共 900 KB')
  await act(() => beat(STILL))
  // a server that was restored has less than it had
  await settleCarried(store.outbox, { ...receipt, carried: [], epoch: 4, ack: 0 }, 5)
  await act(async () => {
    await store.outbox.photos.clear()
  })
  await act(looked)
  expect(figures()).toEqual(['1 条', '0 条', ''])
  render(null, host)
  vi.unstubAllGlobals()
})

test('the sync screen says what was not taken and why, what a supervisor decides, and whether the phone may go', async () => {
  useStoreOf(store.person)
  const host = document.createElement('div')
  const says = (words: string) =>
    vi.waitFor(() => expect(host.textContent).toContain(words), { timeout: 20_000, interval: 20 })
  stop = () => undefined
  await act(followed)
  await act(() => render(<SyncScreen />, host))
  await says('可以换，也可以交回')
  const id = await startInspection({ branch: 'b', standard: 's' })
  await recordCheck(id, 'A-1', 'A-1.a', { result: 'pass' })
  await act(looked)
  await says('2 条改动只在这部手机上，还没到服务器。')
  const carried = await store.outbox.changes.toArray()
  const results: Result[] = [
    { n: 1, outcome: 'refused', code: 'not_allowed' },
    { n: 2, outcome: 'held', code: 'late_evidence' },
  ]
  await settleCarried(store.outbox, { device: 17, carried, epoch: 3, ack: 2, results }, 5)
  await act(looked)
  await says('服务器没收：检查您没有做这件事的权限。还在手机上')
  await says('待督导处理1 件检查项提交之后才送到，已交督导处理。')
  await says('1 件服务器没收，只在这部手机上')
  expect(host.textContent).not.toContain('可以换')
  render(null, host)
})

test('a change that was not taken leaves as a file that says what it was, and why', async () => {
  useStoreOf(store.person)
  stop = () => undefined
  await startInspection({ branch: 'b', standard: 's' })
  const carried = await store.outbox.changes.toArray()
  const results: Result[] = [{ n: 1, outcome: 'refused', code: 'locked' }]
  await settleCarried(store.outbox, { device: 17, carried, epoch: 3, ack: 1, results }, 5)
  await followed()
  const [work] = syncStatus.value.refused
  const file = JSON.parse(await fileOf(work as RefusedWork, { what: '青石桥支局', why: '已锁定' }))
  expect(file).toMatchObject({
    what: '青石桥支局',
    why: '已锁定',
    code: 'locked',
    change: { n: 1, set: carried[0]?.set },
  })
})
