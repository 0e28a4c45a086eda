// @vitest-environment happy-dom
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Store, useStoreOf } from '../../../pwa/src/database/open.ts'
import { startInspection } from '../../../pwa/src/inspections/acts.ts'
import { problemText } from '../../../pwa/src/sync/problemText.ts'
import { SyncMore } from '../../../pwa/src/sync/SyncMore.tsx'
import { syncStatus, watchStanding } from '../../../pwa/src/sync/status.ts'
import { phoneOf } from '../phone.ts'

let first: Store
let second: Store
let host: HTMLElement
let stop: () => void

const picture = (values: object) => ({
  ...{ id: 'p', finding: 'f', root: 'r', added_at: 1, sha256: 'a', preview_sha256: 'b', bytes: 3, preview_bytes: 1 },
  uploads: {},
  ...values,
})

/** Two people who used this phone in turn; the second holds it now. */
beforeEach(async () => {
  first = await phoneOf()
  second = await phoneOf()
  host = document.createElement('div')
})

afterEach(async () => {
  stop()
  render(null, host)
  for (const { outbox } of [first, second]) await outbox.delete()
})

const leave = () => host.querySelector('.leave')?.textContent ?? ''

async function shown(word: string): Promise<void> {
  useStoreOf(second.person)
  stop = watchStanding(second)
  await vi.waitFor(() => expect(syncStatus.value.unread).toBe(false))
  await act(() => render(<SyncMore status={syncStatus.value} />, host))
  await vi.waitFor(() => expect(leave()).toContain(word))
}

test('a phone on which nobody has left anything may be handed in', async () => {
  await shown('可以换，也可以交回')
})

test.each([
  ['changes', '1 条改动', () => startInspection({ branch: 'b', standard: 's' })],
  ['pictures', '1 张照片', () => first.outbox.photos.put(picture({ uploads: { preview: { done_at: 1 } } }))],
  [
    'pictures no server could open',
    '1 张照片',
    () => first.outbox.photos.put(picture({ lost_at: 2, flaw: 'bad_image' })),
  ],
  [
    'work that was refused',
    '1 条改动',
    () =>
      first.outbox.refused.put({
        ...{ n: 1, at: 1, type: 'task', id: 't', root: 't', device: 16, refused_at: 5, code: 'locked' },
      }),
  ],
])('one with %s of somebody else on it is not', async (_, words, leaves) => {
  useStoreOf(first.person)
  await leaves()
  await shown('别人还有没发出的在这部手机上')
  expect(leave()).toContain(words)
  expect(leave()).toContain('先别换')
})

test('what the other one sent, or set aside, holds nobody up', async () => {
  await first.outbox.photos.put(picture({ uploads: { full: { done_at: 1 } } }))
  const refused = { n: 1, at: 1, type: 'task', id: 't', root: 't', device: 16, refused_at: 5, code: 'locked' }
  await first.outbox.refused.put({ ...refused, discarded_at: 6 })
  await shown('可以换，也可以交回')
})

test('nor one with an own picture that no server has', async () => {
  await second.outbox.photos.put(picture({ lost_at: 2, flaw: 'bad_image' }))
  await shown('1 张照片服务器没有')
  await vi.waitFor(() => expect(leave()).not.toContain('正在核对'))
  expect(leave()).toContain('先别换')
})

test.each([
  ['unauthenticated', '先登录，和服务器核对过再说'],
  ['password_change_required', '先换成自己的密码，和服务器核对过再说'],
] as const)('nor one that the server does not know: restored, it may lack what it had (%s)', async (paused, way) => {
  await shown('可以换，也可以交回')
  await act(() => render(<SyncMore status={{ ...syncStatus.value, paused }} />, host))
  expect(leave()).toContain(way)
  expect(leave()).not.toContain('可以换')
})

test.each(['bad_image', 'heic_image', 'huge_image', 'moving_image'] as const)(
  'of a picture no server could open it is told why: %s',
  async (flaw) => {
    await second.outbox.photos.put(picture({ lost_at: 2, flaw }))
    await shown('1 张照片服务器没有')
    expect(host.textContent).toContain('服务器打不开这张照片')
    expect(host.textContent).toContain(problemText(flaw))
  },
)
