import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { settle } from '../../../pwa/src/conflicts/acts.ts'
import { ConflictScreen } from '../../../pwa/src/conflicts/ConflictScreen.tsx'
import { HistoryScreen } from '../../../pwa/src/conflicts/HistoryScreen.tsx'
import { historyHere, type Step } from '../../../pwa/src/conflicts/steps.ts'
import { reasonWords } from '../../../pwa/src/conflicts/words.ts'
import { onCommit } from '../../../pwa/src/database/mutations.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { problemText } from '../../../pwa/src/sync/problemText.ts'
import { json, Office, refusal, Seen } from '../desk/office.ts'
import { phoneOf, rowFrom } from '../phone.ts'
import { ANN, AT, BOB, FAIL, FINDING, finding, INSPECTION, inspection, PASS, parted, step, told, word } from './told.ts'

const PATH = 'checks.ETI-4.a'

let store: Store
let seen: Seen
let steps: Step[]
let reached: boolean
let office: Office

beforeEach(async () => {
  store = await phoneOf()
  steps = []
  reached = true
  office = new Office().open()
  for (const of of [`finding/${FINDING}`, `inspection/${INSPECTION}`, 'customer/c'])
    office.on(`GET /api/history/${of}`, () =>
      reached ? json({ steps, older: false }) : Promise.reject(new TypeError('no network')),
    )
  seen = new Seen()
})

afterEach(() => {
  seen.clear()
  vi.unstubAllGlobals()
})

const changes = () => store.outbox.changes.orderBy('n').toArray()

/** Ann passed it, bob failed it, somebody chose the first. */
const chosen = (by: string): Step[] => [
  step([20, 1], by, [word(PASS, { picks: true })], { reason: '地面干净：选定合格\n照片上看得清' }),
  step([19, 3], BOB, [word(FAIL, { fate: 'unpicked', over: [20, 1] })]),
  step([18, 7], ANN, [word(PASS, { fate: 'picked', over: [20, 1] })]),
]

async function decided(lead: string, more: Parameters<typeof inspection>[0] = {}) {
  await parted(store, lead)
  await told(store, {
    inspection: [inspection({ lead, ...more })],
    finding: [finding({ checks: { 'ETI-4.a': PASS }, by: { [PATH]: [[20, 1]] } })],
  })
}

test('whose value stands, who chose it and why, and what was not chosen', async () => {
  await decided(store.person)
  steps = chosen(ANN)
  seen.draw(<ConflictScreen id={INSPECTION} item="ETI-4" check="ETI-4.a" />)
  await seen.until(() => seen.text.includes('现在算数'))
  expect(seen.text).toContain('已经选定')
  expect(seen.text).toContain('从几份里选的')
  expect(seen.text).toContain('原因：照片上看得清')
  expect(seen.text).toContain('没选它：检查员甲选了另一份')
})

test('one tap brings back what was not chosen, as a change that saw what stands', async () => {
  await decided(store.person)
  steps = chosen(ANN)
  seen.draw(<HistoryScreen type="finding" id={FINDING} />)
  await seen.until(() => seen.has('换回这个'))
  expect(seen.all('button').filter((one) => one.textContent === '换回这个')).toHaveLength(1)
  seen.tap('换回这个')
  await vi.waitFor(async () => expect(await changes()).toHaveLength(1))
  expect((await changes())[0]?.set).toEqual({ [PATH]: [FAIL, [20, 1]] })
  await seen.until(() => seen.text.includes('还没发出'))
  expect(seen.has('换回这个')).toBe(true)
})

test('nobody brings back what they may not edit', async () => {
  await decided(ANN, { status: 'submitted' })
  steps = chosen(ANN)
  seen.draw(<HistoryScreen type="finding" id={FINDING} />)
  await seen.until(() => seen.text.includes('没选它'))
  expect(seen.has('换回这个')).toBe(false)
})

test('two who wrote at once: the later one counted, and the other can be had again', async () => {
  await decided(store.person)
  await told(store, { inspection: [inspection({ lead: store.person, remark: '乙写的', by: { remark: [[19, 9]] } })] })
  const about = { type: 'inspection' as const, record: INSPECTION }
  steps = [
    step([19, 9], BOB, [word('乙写的', { path: 'remark' })], { ...about, done_at: AT + 60_000 }),
    step([18, 9], ANN, [word('甲写的', { path: 'remark', fate: 'passed', over: [19, 9] })], about),
    step([18, 1], ANN, [word('x', { path: 'representative' })], about),
    step([18, 0], ANN, [], { ...about, verb: 'submit' }),
  ]
  seen.draw(<HistoryScreen type="inspection" id={INSPECTION} />)
  await seen.until(() => seen.text.includes('两人没看到对方的，后面这次算数：检查员乙'))
  expect(seen.text).toContain('提交')
  expect(seen.text, 'what matters comes first').not.toContain('现在算数')
  seen.tap('全部')
  await seen.until(() => seen.text.includes('现在算数'))
  seen.tap('换回这个')
  await vi.waitFor(async () => expect((await changes())[0]?.set).toEqual({ remark: ['甲写的', [19, 9]] }))
})

test('without a connection a phone shows what it holds: both sides until the server tells what became of them', async () => {
  reached = false
  await parted(store, store.person)
  await settle(INSPECTION, 'ETI-4', 'ETI-4.a', [18, 7])
  const here = await historyHere('finding', FINDING)
  expect(here.steps.map(({ person, words }) => [person, words[0]?.fate])).toEqual([
    [store.person, 'waiting'],
    [BOB, 'unpicked'],
    [ANN, 'picked'],
  ])
  seen.draw(<ConflictScreen id={INSPECTION} item="ETI-4" check="ETI-4.a" />)
  await seen.until(() => seen.text.includes('没连上服务器'))
  seen.tap('换回这个')
  await vi.waitFor(async () => expect((await changes()).at(-1)?.set?.[PATH]?.[0]).toEqual(FAIL))
})

test('fields of a customer that two wrote at once are told alike, their numbers hidden', async () => {
  await told(store, { customer: [rowFrom('customer', 'c', 5, { branch: 'b', name: '文具店', phone: '19900001111' })] })
  steps = [
    step([19, 9], BOB, [word('19900001111', { path: 'phone' })], { type: 'customer', record: 'c' }),
    step([18, 9], ANN, [word('19900002222', { path: 'phone', fate: 'passed', over: [19, 9] })], {
      type: 'customer',
      record: 'c',
    }),
  ]
  seen.draw(<HistoryScreen type="customer" id="c" />)
  await seen.until(() => seen.text.includes('两人没看到对方的'))
  expect(seen.text).not.toContain('19900002222')
  expect(seen.has('换回这个'), 'only who keeps customers').toBe(false)
})

const asked = () => office.asked.filter(({ path }) => path.startsWith('/api/history/')).length
const replied = (remark: string, rev: number) =>
  told(store, { inspection: [inspection({ lead: store.person, remark, rev, by: { remark: [[19, rev]] } })] })

test('the server is asked once, and again when something of the record has changed, not at every word of sync', async () => {
  await decided(store.person)
  steps = chosen(ANN)
  seen.draw(<HistoryScreen type="inspection" id={INSPECTION} />)
  await seen.until(() => seen.text.includes('原因：照片上看得清'))
  // looks at the same moments as the screen does, and after it
  let looks = 0
  const end = onCommit(store, 400, () => {
    looks += 1
  })
  await told(store, { branch: [rowFrom('branch', 'c', 90, { code: '002', name: '别处', unit: 'u', initials: 'bc' })] })
  await vi.waitFor(() => expect(looks).toBeGreaterThan(0), { timeout: 10_000 })
  const before = looks
  await replied('改了', 91)
  await vi.waitFor(() => expect(looks).toBeGreaterThan(before), { timeout: 10_000 })
  await seen.until(() => asked() > 1)
  expect(asked()).toBe(2)
  end()
})

test('an answer is shown also when the record has changed since it was asked for', async () => {
  await decided(store.person)
  steps = chosen(ANN)
  const answers: (() => void)[] = []
  office.on(`GET /api/history/inspection/${INSPECTION}`, () => {
    const body = { steps, older: false }
    return new Promise((done) => answers.push(() => done(json(body))))
  })
  seen.draw(<HistoryScreen type="inspection" id={INSPECTION} />)
  await seen.until(() => answers.length === 1)
  await replied('改了', 92)
  await seen.until(() => answers.length === 2)
  answers[0]?.()
  await seen.until(() => seen.text.includes('原因：照片上看得清'))
})

test('who leaves the screen waits for no answer', async () => {
  await decided(store.person)
  let signal: AbortSignal | null | undefined
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    signal = init.signal
    return new Promise(() => {})
  })
  seen.draw(<HistoryScreen type="inspection" id={INSPECTION} />)
  await seen.until(() => signal)
  expect(signal?.aborted).toBe(false)
  seen.clear()
  expect(signal?.aborted).toBe(true)
})

test('what others did meanwhile moves nothing until it is asked for', async () => {
  await decided(store.person)
  steps = chosen(ANN)
  seen.draw(<HistoryScreen type="inspection" id={INSPECTION} />)
  await seen.until(() => seen.has('换回这个'))
  const about = { type: 'inspection' as const, record: INSPECTION, verb: 'submit' }
  steps = [step([19, 40], BOB, [], about), ...steps]
  await replied('改了', 93)
  await seen.until(() => seen.has('有新的，点这里显示'))
  expect(seen.text).not.toContain('提交')
  seen.tap('有新的，点这里显示')
  await seen.until(() => seen.text.includes('提交'))
  expect(seen.has('有新的，点这里显示')).toBe(false)
})

test('a reason that several items share is said once', () => {
  const back = step([20, 2], BOB, [], { reason: '照片看不清\n缺全景\n照片看不清' })
  expect(reasonWords(back)).toBe('照片看不清\n缺全景')
})

test('a refusal is told as what it is', async () => {
  await decided(store.person)
  office.on(`GET /api/history/inspection/${INSPECTION}`, () => refusal(403, 'not_allowed'))
  seen.draw(<HistoryScreen type="inspection" id={INSPECTION} />)
  await seen.until(() => seen.text.includes(problemText('not_allowed')))
  expect(seen.text).not.toContain('没连上服务器')
})

test('a record that this person does not see is no place', async () => {
  seen.draw(<HistoryScreen type="branch" id="b" />)
  await seen.until(() => seen.text.length > 0)
  expect(seen.text).not.toContain('经过')
})
