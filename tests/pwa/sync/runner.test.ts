import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Round } from '../../../pwa/src/sync/engine.ts'
import { pollIn, retryIn } from '../../../pwa/src/sync/pace.ts'
import { Runner } from '../../../pwa/src/sync/runner.ts'

let runner: Runner
let rounds: (Round | Error | 'never')[]
let times: number[]

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'], now: 0 })
  rounds = []
  times = []
  const round = async (): Promise<Round> => {
    times.push(Date.now())
    const next = rounds.shift() ?? { next: 'idle' }
    if (next === 'never') return new Promise(() => undefined)
    if (next instanceof Error) throw next
    return next
  }
  runner = new Runner({ round, told: () => undefined, chance: () => 0.5 })
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
})

afterEach(() => {
  runner.stop()
  vi.useRealTimers()
})

const FAIL: Round = { next: 'fail', reached: false, wait: null }

test('waits are jittered between 2 s and a doubling bound, 5 min at most, and never shorter than asked', () => {
  expect([1, 2, 3, 20].map((failures) => retryIn(failures, 0, null))).toEqual([2000, 2000, 2000, 2000])
  expect([1, 2, 3, 20].map((failures) => retryIn(failures, 1, null))).toEqual([4000, 8000, 16000, 300_000])
  expect(retryIn(1, 0.5, 90_000)).toBe(90_000)
  expect([pollIn(0), pollIn(1)]).toEqual([48_000, 72_000])
})

test('it starts at once, goes on while there is more, then polls once a minute', async () => {
  rounds = [{ next: 'again' }, { next: 'again' }, { next: 'idle' }]
  runner.start()
  await vi.advanceTimersByTimeAsync(5)
  expect(times).toEqual([0, 1, 2])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(times).toHaveLength(4)
})

test('it never gives up, whatever is thrown', async () => {
  rounds = [FAIL, new TypeError('odd'), new DOMException('gone', 'UnknownError'), FAIL, FAIL]
  runner.start()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(times.slice(0, 6)).toEqual([0, 3000, 8000, 17_000, 34_000, 67_000])
})

test('an edit is sent two seconds later, not later because of the next edit, and not sooner because of a failure', async () => {
  runner.start()
  await vi.advanceTimersByTimeAsync(1000)
  runner.nudge(2000)
  await vi.advanceTimersByTimeAsync(1500)
  runner.nudge(2000)
  await vi.advanceTimersByTimeAsync(600)
  expect(times).toEqual([0, 3000])
  rounds = [{ next: 'fail', reached: true, wait: 30_000 }]
  runner.nudge(2000)
  await vi.advanceTimersByTimeAsync(3000)
  runner.nudge(2000)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(times).toHaveLength(3)
  runner.wake()
  await vi.advanceTimersByTimeAsync(1)
  expect(times).toHaveLength(4)
})

test('a pause lasts until something wakes it', async () => {
  rounds = [{ next: 'pause', code: 'unauthenticated' }]
  runner.start()
  runner.nudge(0)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(times).toHaveLength(1)
  runner.wake()
  await vi.advanceTimersByTimeAsync(1)
  expect(times).toHaveLength(2)
})

test('a round that never comes back is given up after three minutes', async () => {
  rounds = ['never']
  runner.start()
  await vi.advanceTimersByTimeAsync(170_000)
  expect(times).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(40_000)
  expect(times).toHaveLength(2)
})
