// @vitest-environment happy-dom
import { render } from 'preact'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findingId } from '../../../pwa/src/core/ids.ts'
import { rowOf } from '../../../pwa/src/core/overlay.ts'
import { useLive } from '../../../pwa/src/database/live.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { shownInspection, shownOf } from '../../../pwa/src/database/shown.ts'
import { recordCheck, setRemark, startInspection } from '../../../pwa/src/inspections/acts.ts'
import { CheckRow } from '../../../pwa/src/ui/CheckRow.tsx'
import { phoneOf, rowFrom } from '../phone.ts'

const PATIENCE = { timeout: 30_000 }

let store: Store
let id: string
let host: HTMLElement

function One() {
  return <b>{useLive(async () => rowOf((await shownInspection(id)).rows, 'inspection', id)?.remark, [id])}</b>
}

function All() {
  return <i>{useLive(() => shownOf('inspection'), [])?.map(({ remark }) => remark)}</i>
}

const words = () => [host.querySelector('b')?.textContent, host.querySelector('i')?.textContent]

beforeEach(async () => {
  store = await phoneOf()
  judged = []
  id = await startInspection({ branch: 'b', standard: 's' })
  await setRemark(id, '开始')
  host = document.createElement('div')
  render(
    <>
      <One />
      <All />
    </>,
    host,
  )
  await vi.waitFor(() => expect(words()).toEqual(['开始', '开始']), PATIENCE)
})

afterEach(() => render(null, host))

test('a tap is drawn in the task of its commit, on every screen that shows it', async () => {
  await setRemark(id, '好')
  // a disk answers in a later task: what is drawn before the next one was not read back
  for (let step = 0; step < 200; step++) await Promise.resolve()
  expect(words()).toEqual(['好', '好'])
})

test('one commit of somebody else is seen by every screen', async () => {
  const { cache, outbox } = store
  await outbox.changes.clear()
  await vi.waitFor(() => expect(words()).toEqual(['', '']), PATIENCE)
  for (const [rev, remark] of [
    [5, '甲'],
    [6, '乙'],
    [7, '丙'],
  ] as const) {
    const row = rowFrom('inspection', id, rev, { branch: 'b', standard: 's', remark, lead: store.person })
    await cache.transaction('rw', cache.tables, async () => {
      await cache.rows.put({ type: 'inspection', id, rev, parent: 'b', row })
      await cache.turnPage()
    })
    await vi.waitFor(() => expect(words()).toEqual([remark, remark]), PATIENCE)
  }
})

test('a query that fails runs again with the next change', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  let broken = true
  const read = async () => {
    if (broken) throw new Error('not now')
    return '好了'
  }
  const Failing = () => <u>{useLive(read, [])}</u>
  const own = document.createElement('div')
  render(<Failing />, own)
  await vi.waitFor(() => expect(console.warn).toHaveBeenCalled(), PATIENCE)
  broken = false
  await setRemark(id, '再来')
  await vi.waitFor(() => expect(own.textContent).toBe('好了'), PATIENCE)
  render(null, own)
  vi.restoreAllMocks()
})

/** What was tapped, each until it is on disk. */
let judged: Promise<unknown>[]

function Check() {
  const find = async () => rowOf((await shownInspection(id)).rows, 'finding', findingId(id, 'ETI-4'))?.checks['ETI-4.a']
  const result = useLive(async () => (await find())?.result ?? 'todo', [id])
  const props = { text: '', wantsPhoto: false, lost: 0, veto: false, times: 1, photos: 0, clash: false }
  const on = { onNotApplicable: () => {}, onOpen: () => {} }
  if (!result) return null
  const judge = (next: typeof result) => {
    const done = recordCheck(id, 'ETI-4', 'ETI-4.a', { result: next })
    judged.push(done)
    return done
  }
  return <CheckRow {...props} {...on} result={result} locked={false} open={false} onJudge={judge} />
}

/** Keeps the outbox's disk at work until what it returns is called. */
async function busyDisk(): Promise<() => void> {
  const database = store.outbox.backendDB()
  const changes = database.transaction(['changes', 'meta'], 'readwrite').objectStore('changes')
  let busy = true
  await new Promise<void>((resolve) => {
    const again = () => {
      resolve()
      if (busy) changes.count().onsuccess = again
    }
    changes.count().onsuccess = again
  })
  return () => {
    busy = false
  }
}

test('a tap is answered while the disk is at work, and shown as saved only after it', async () => {
  render(<Check />, host)
  const button = () => host.querySelector('.j-pass')
  await vi.waitFor(() => expect(button()).not.toBeNull(), PATIENCE)
  const marks = () => ['aria-pressed', 'aria-busy'].map((mark) => button()?.getAttribute(mark))
  const release = await busyDisk()
  ;(button() as HTMLButtonElement).click()
  for (let step = 0; step < 3; step++) await Promise.resolve()
  expect(marks()).toEqual(['false', 'true'])
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
  expect(marks()).toEqual(['false', 'true'])
  release()
  await vi.waitFor(() => expect(marks()).toEqual(['true', 'false']), PATIENCE)
  expect(await store.outbox.changes.count()).toBe(3)
})

test('who changes their mind before the first tap is drawn has the last word', async () => {
  await recordCheck(id, 'ETI-4', 'ETI-4.a', { result: 'pass' })
  render(<Check />, host)
  const button = (of: string) => host.querySelector<HTMLButtonElement>(of)
  await vi.waitFor(() => expect(button('.j-pass')?.getAttribute('aria-pressed')).toBe('true'), PATIENCE)
  const release = await busyDisk()
  button('.j-fail')?.click()
  button('.j-pass')?.click()
  release()
  expect(judged).toHaveLength(2)
  await Promise.all(judged)
  const finding = rowOf((await shownInspection(id)).rows, 'finding', findingId(id, 'ETI-4'))
  expect(finding?.checks['ETI-4.a']).toEqual({ result: 'pass' })
  const marks = () => ['.j-fail', '.j-pass'].map((of) => button(of)?.getAttribute('aria-pressed'))
  await vi.waitFor(() => expect(marks()).toEqual(['false', 'true']), PATIENCE)
})
