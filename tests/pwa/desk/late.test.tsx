import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Person } from '../../../pwa/src/contract/records.ts'
import { session } from '../../../pwa/src/people/session.ts'
import { latePhones, useLatePhones } from '../../../pwa/src/shell/alarm.ts'
import { Office, page, Seen } from './office.ts'

const MINUTE = 60_000
let office: Office
let seen: Seen
let late: number
let people = 0

/** Somebody else each time: who was asked for last is remembered. */
function somebodyWith(...roles: Person['roles']) {
  people += 1
  const person = { id: `late-${people}`, name: '甲', roles, home: 'u' }
  session.value = { person, login: 'x', device: 17, audiences: [], paused: null }
}

const Badge = () => <p>{useLatePhones()}</p>
const questions = () => office.asked.length

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
  office = new Office().open().on('GET /api/devices', () => page([], late))
  seen = new Seen()
})

afterEach(() => {
  seen.clear()
  session.value = null
  latePhones.value = 0
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('the office is told at once how many phones hold work for a day, and again every five minutes', async () => {
  somebodyWith('supervisor')
  late = 2
  seen.draw(<Badge />)
  await seen.until(() => seen.text === '2')
  expect(office.last('GET /api/devices')?.params).toEqual({ late: 'true', size: '1' })
  late = 3
  const before = questions()
  vi.advanceTimersByTime(4 * MINUTE)
  expect(questions()).toBe(before)
  vi.advanceTimersByTime(2 * MINUTE)
  await seen.until(() => seen.text === '3')
  expect(questions()).toBe(before + 1)
})

test('without the server the last number stands, and it is asked again when there is a network', async () => {
  somebodyWith('admin')
  late = 4
  seen.draw(<Badge />)
  await seen.until(() => seen.text === '4')
  office.on('GET /api/devices', () => Promise.reject(new TypeError('offline')))
  const before = questions()
  vi.advanceTimersByTime(5 * MINUTE)
  await seen.until(() => questions() === before + 1)
  // that nobody answered has arrived
  await new Promise((done) => setTimeout(done))
  act(() => {})
  expect(seen.text).toBe('4')
  late = 0
  office.on('GET /api/devices', () => page([], late))
  dispatchEvent(new Event('online'))
  await seen.until(() => seen.text === '0')
})

test('whoever answers for nobody’s phone asks nothing', async () => {
  somebodyWith('inspector', 'carrier')
  seen.draw(<Badge />)
  vi.advanceTimersByTime(20 * MINUTE)
  expect([seen.text, questions()]).toEqual(['0', 0])
})
