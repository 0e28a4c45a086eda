import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Store } from '../../../pwa/src/database/open.ts'
import { session } from '../../../pwa/src/people/session.ts'
import { path } from '../../../pwa/src/router.ts'
import { HeldScreen } from '../../../pwa/src/settle/HeldScreen.tsx'
import { bundled, type HeldChange, heldWaiting } from '../../../pwa/src/settle/held.ts'
import { decided } from '../../../pwa/src/settle/useHeld.ts'
import { told } from '../../../pwa/src/settle/words.ts'
import { wide } from '../../../pwa/src/shell/wide.ts'
import { watchStanding } from '../../../pwa/src/sync/status.ts'
import { json, Office, refusal, Seen } from '../desk/office.ts'
import { phoneOf, rowFrom } from '../phone.ts'

const NOW = Date.now()
const VISIT = '018f4d1e-7c00-7000-8000-0000000000a1'
const held = (n: number, more: Partial<HeldChange> = {}): HeldChange => ({
  change: [17, n],
  group: null,
  person: 'kim',
  person_name: '投递员甲',
  branch: 'b',
  branch_name: '青石桥支局',
  type: 'visit',
  record: VISIT,
  code: 'out_of_scope',
  subject: 'b',
  at: NOW,
  done_at: NOW - 600_000,
  clock: -600_000,
  received: NOW,
  content: { n, at: NOW, type: 'visit', id: VISIT, set: { remark: ['补一句'] } },
  status: 'open',
  decided_by_name: '',
  decided_at: null,
  reason: null,
  root: null,
  root_status: null,
  own: false,
  ...more,
})

let office: Office
let seen: Seen
let store: Store
let waiting: HeldChange[]

beforeEach(async () => {
  store = await phoneOf()
  waiting = [held(1), held(2, { content: { n: 2, at: NOW, type: 'visit', id: VISIT, act: 'close' } })]
  office = new Office()
    .open()
    .on('GET /api/held', ({ params }) =>
      json({ held: params['status'] === 'settled' ? [] : waiting, total: waiting.length, rows: {} }),
    )
    .on('POST /api/held/settle', () => json({ done: 2, missed: [] }))
  seen = new Seen()
  wide.value = true
})

afterEach(() => {
  seen.clear()
  vi.unstubAllGlobals()
  wide.value = false
})

async function opened(key = '17-1') {
  seen.draw(<HeldScreen bundle={key} />)
  await seen.until(() => seen.text.includes('会改成什么'))
}

test('one person’s changes of one thing are decided together, in the order they were made', () => {
  const other = held(1, { person: 'bob', change: [18, 1] })
  const bundles = bundled([held(2), other, held(1), held(3, { subject: 'c' })])
  expect(bundles.map(({ key, changes }) => [key, changes.map(({ change }) => change[1])])).toEqual([
    ['17-1', [1, 2]],
    ['18-1', [1]],
    ['17-3', [3]],
  ])
})

test('whose it is, why it waits, what it would change, and that the clock was off', async () => {
  await opened()
  for (const words of ['投递员甲', '权限已经收回', '手机时钟快了约 10 分钟', '补一句', '走访记完', '收下就建']) {
    expect(seen.text).toContain(words)
  }
})

test('it is taken in with a reason, all that is chosen at once', async () => {
  await opened()
  const before = decided.value
  seen.tap('收下')
  seen.tap('只是没信号，送晚了')
  seen.tap('收下')
  await seen.until(() => decided.value > before)
  expect(office.last('POST /api/held/settle')?.body).toEqual({
    changes: [
      [17, 1],
      [17, 2],
    ],
    how: 'take',
    reason: '只是没信号，送晚了',
  })
  await seen.until(() => path.value === '/held')
})

test('one of several can be left out of what is decided', async () => {
  await opened()
  seen.tap(/补一句/)
  seen.tap('不收')
  seen.tap('已经作废')
  const before = decided.value
  seen.tap('不收')
  await seen.until(() => decided.value > before)
  expect(office.last('POST /api/held/settle')?.body).toMatchObject({ changes: [[17, 2]], how: 'dismiss' })
})

test('why it could not be decided stands where it was tried', async () => {
  office.on('POST /api/held/settle', () => refusal(409, 'already_settled'))
  await opened()
  seen.tap('收下')
  seen.tap('现场确实如此')
  seen.tap('收下')
  await seen.until(() => seen.text.includes('已经有人处理了'))
})

test('what came after an approval opens the review again, or stays beside the record', async () => {
  const of = { type: 'finding', root: ['inspection', 'i'], root_status: 'approved', code: 'late_evidence' } as const
  waiting = [held(1, { ...of, root: ['inspection', 'i'] })]
  await opened()
  expect(seen.has('重新打开并收下')).toBe(true)
  expect(seen.has('收下')).toBe(false)
  seen.tap('作为补充留着')
  await seen.until(() => seen.text.includes('留在记录旁边的话'))
})

test('a decision about others’ work is never taken in: whoever looks at it decides anew', async () => {
  const about = { type: 'inspection', record: VISIT, code: 'revoked', root: ['inspection', VISIT] } as const
  const content = { n: 1, at: NOW, type: 'inspection' as const, id: VISIT, act: 'approve' as const }
  waiting = [held(1, { ...about, root: [...about.root], root_status: 'submitted', content })]
  await opened()
  expect(seen.text).toContain('审核决定不能补收')
  expect(seen.all('.hw-acts button').map((one) => one.textContent)).toEqual(['作为补充留着', '不收'])
})

test('what is kept beside a record says why it came late, and is not lost with the network', async () => {
  waiting = [held(1, { root: ['visit', VISIT], root_status: 'draft' })]
  office.on('POST /api/held/settle', () => {
    throw new TypeError('no network')
  })
  await opened()
  seen.tap('作为补充留着')
  const words = () => seen.all('textarea').map((one) => (one as HTMLTextAreaElement).value)
  await seen.until(() => words().length === 1)
  expect(words()[0]).toContain('权限收回后才送到')
  seen.tap('作为补充留着')
  await seen.until(() => seen.all('[role=dialog] .c-fail, dialog .c-fail').length === 1)
  expect(words()[0]).toContain('补一句')
})

test('a reason is not lost with the network: it stays until the server has it', async () => {
  let reached = false
  office.on('POST /api/held/settle', () =>
    reached ? json({ done: 2, missed: [] }) : Promise.reject(new TypeError('no network')),
  )
  await opened()
  const before = decided.value
  seen.tap('收下')
  seen.tap('其他')
  seen.write('写明理由', '当时在山里')
  seen.tap('收下')
  await seen.until(() => seen.all('[role=dialog] .c-fail, dialog .c-fail').length === 1)
  expect(seen.field('写明理由').value).toBe('当时在山里')
  reached = true
  // a second tap is heard again once it cannot be half of a double one
  await seen.until(() => {
    if (decided.value > before) return true
    seen.tap('收下')
    return false
  })
  expect(office.last('POST /api/held/settle')?.body).toMatchObject({ how: 'take', reason: '当时在山里' })
})

test('a piece that is not among the first is not said to be decided', async () => {
  office.on('GET /api/held', () => json({ held: waiting, total: 300, rows: {} }))
  seen.draw(<HeldScreen bundle="9-9" />)
  await seen.until(() => seen.text.includes('这件排在后面'))
  office.on('GET /api/held', () => json({ held: waiting, total: 2, rows: {} }))
  act(() => {
    decided.value += 1
  })
  await seen.until(() => seen.text.includes('这件已经处理了'))
})

test('one’s own work is for somebody else to decide', async () => {
  waiting = [held(1, { own: true })]
  await opened()
  expect(seen.text).toContain('要由别的督导来定')
  expect(seen.has('收下')).toBe(false)
})

/** The server has answered a sync, whatever it brought. */
const replied = async (at: number) =>
  store.cache.state.put({ ...(await store.cache.syncState()), replied_at: at }, 'sync')

test('what is set aside while the list is looked at comes to stand there', async () => {
  const end = watchStanding(store)
  seen.draw(<HeldScreen />)
  await seen.until(() => seen.all('ul').length === 1)
  const list = seen.all('ul')[0]
  waiting = [...waiting, held(3, { person: 'bob', person_name: '检查员乙', change: [18, 3] })]
  await replied(NOW)
  await seen.until(() => seen.text.includes('检查员乙'))
  expect(seen.all('ul')[0]).toBe(list)
  office.on('GET /api/held', () => {
    throw new TypeError('no network')
  })
  await replied(NOW + 1)
  await seen.until(() => /没连上服务器，这是 \d\d:\d\d 的/.test(seen.text))
  expect(seen.text).toContain('检查员乙')
  office.on('GET /api/held', () => json({ held: waiting, total: 250, rows: {} }))
  await replied(NOW + 2)
  await seen.until(() => seen.text.includes('还有 247 条'))
  expect(seen.text).not.toContain('没连上服务器')
  end()
})

test('a list that the server refuses goes from the screen, with the piece that is open', async () => {
  const end = watchStanding(store)
  await opened()
  office.on('GET /api/held', () => refusal(403, 'not_allowed'))
  await replied(NOW)
  await seen.until(() => seen.has('再试一次'))
  for (const words of ['投递员甲', '补一句', '这件已经处理了']) expect(seen.text).not.toContain(words)
  end()
})

test('what comes while the decision is made is not decided with it', async () => {
  const end = watchStanding(store)
  waiting = [held(2), held(4, { content: { n: 4, at: NOW, type: 'visit', id: VISIT, act: 'close' } })]
  await opened('17-2')
  seen.tap(/走访记完/)
  seen.tap('不收')
  seen.tap('已经作废')
  waiting = [...waiting, held(3, { content: { n: 3, at: NOW, type: 'visit', id: VISIT, act: 'void' } })]
  await replied(NOW)
  await seen.until(() => seen.all('.hd-m [role=checkbox]').length === 3)
  expect(seen.all('.hd-m [role=checkbox]').map((one) => one.getAttribute('aria-checked'))).toEqual([
    'true',
    'true',
    'false',
  ])
  const before = decided.value
  seen.tap('不收')
  await seen.until(() => decided.value > before)
  expect(office.last('POST /api/held/settle')?.body).toMatchObject({ changes: [[17, 2]], how: 'dismiss' })
  end()
})

test('without the server it says so', async () => {
  office.on('GET /api/held', () => {
    throw new TypeError('no network')
  })
  seen.draw(<HeldScreen />)
  await seen.until(() => seen.text.includes('没连上服务器'))
})

test('the badge asks now and then, and keeps the last number without a network', async () => {
  const later = NOW + 10 * 60_000
  expect(await heldWaiting(later)).toBe(2)
  waiting = []
  expect(await heldWaiting(later + 1000)).toBe(2)
  office.on('GET /api/held', () => {
    throw new TypeError('no network')
  })
  expect(await heldWaiting(later + 60_000)).toBe(2)
})

test('the badge of who signed out is not that of who signs in', async () => {
  const later = NOW + 20 * 60_000
  expect(await heldWaiting(later)).toBe(2)
  const before = session.peek()
  session.value = { person: { id: 'another' } } as typeof before
  waiting = []
  expect(await heldWaiting(later + 1000)).toBe(0)
  session.value = before
})

test('an answer is told beside the one that stands', () => {
  const row = rowFrom('finding', 'f', 5, { checks: { 'A-1.a': { result: 'pass' } }, notes: { kim: '旧' } })
  const set = { 'checks.A-1.a': [{ result: 'na' }], 'notes.kim': ['新'] }
  const one = held(1, { type: 'finding', content: { n: 1, at: 1, type: 'finding', id: 'f', set } })
  expect(told(one, { row, edition: undefined, item: 'A-1' }, NOW)).toEqual({
    title: '检查项：A-1',
    lines: [
      { name: 'A-1.a', value: '不适用', now: '合格' },
      { name: '备注', value: '新', now: '旧' },
    ],
  })
})

test('numbers of customers stay hidden, and an act tells its reason', () => {
  const customer = { n: 1, at: 1, type: 'customer', id: 'c', set: { name: ['花店'], phone: ['13800001234'] } }
  const lines = told(
    held(1, { type: 'customer', content: customer }),
    { row: undefined, edition: undefined, item: undefined },
    NOW,
  )
  expect(lines.title).toBe('新的客户')
  expect(lines.lines.map(({ value }) => value)).toEqual(['花店', '138****1234'])
  const declined = { n: 1, at: 1, type: 'task', id: 't', act: 'decline', with: { reason: '休假' } }
  const words = told(
    held(1, { type: 'task', content: declined }),
    { row: undefined, edition: undefined, item: undefined },
    NOW,
  )
  expect([words.title, words.lines[0]?.value]).toEqual(['退回任务', '原因：休假'])
  expect(store).toBeDefined()
})
