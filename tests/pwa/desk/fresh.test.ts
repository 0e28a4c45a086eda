import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepFresh } from '../../../pwa/src/desk/fresh.ts'

let hear: () => void
let answers: (() => void)[]
let answered: () => void
let end: () => void
let visibility: DocumentVisibilityState

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms)

function show(state: DocumentVisibilityState): void {
  visibility = state
  document.dispatchEvent(new Event('visibilitychange'))
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  visibility = 'visible'
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility)
  answers = []
  end = keepFresh({
    ask: () => new Promise((done) => answers.push(done)),
    onWord: (told) => {
      hear = told
      return () => {
        hear = () => {}
      }
    },
    first: new Promise((done) => {
      answered = done
    }),
  })
})

afterEach(() => {
  end()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

async function opened(): Promise<void> {
  answered()
  await wait(500)
}

test('word of something new asks at once; many words soon after are one more question', async () => {
  await opened()
  hear()
  await wait(0)
  expect(answers).toHaveLength(1)
  for (let i = 0; i < 20; i += 1) hear()
  answers[0]?.()
  await wait(499)
  expect(answers).toHaveLength(1)
  await wait(1)
  expect(answers).toHaveLength(2)
  answers[1]?.()
  await wait(20_000)
  expect(answers).toHaveLength(2)
})

test('nothing is asked while an answer is on its way, the first one too', async () => {
  hear()
  await wait(60_000)
  expect(answers).toHaveLength(0)
  answered()
  await wait(240_000)
  expect(answers).toHaveLength(1)
})

test('a server that takes its time is asked less often', async () => {
  await opened()
  hear()
  await wait(2_000)
  answers[0]?.()
  hear()
  await wait(5_999)
  expect(answers).toHaveLength(1)
  await wait(1)
  expect(answers).toHaveLength(2)
})

test('without any word it asks now and then', async () => {
  await opened()
  await wait(29_499)
  expect(answers).toHaveLength(0)
  await wait(1)
  expect(answers).toHaveLength(1)
  answers[0]?.()
  await wait(30_000)
  expect(answers).toHaveLength(2)
})

test('a page that nobody sees asks nothing, and looks once it is seen again', async () => {
  await opened()
  show('hidden')
  hear()
  await wait(300_000)
  expect(answers).toHaveLength(0)
  show('visible')
  await wait(0)
  expect(answers).toHaveLength(1)
})

test('the network coming back is a word too; after the end nothing is asked', async () => {
  await opened()
  dispatchEvent(new Event('online'))
  await wait(0)
  expect(answers).toHaveLength(1)
  end()
  answers[0]?.()
  dispatchEvent(new Event('online'))
  await wait(300_000)
  expect(answers).toHaveLength(1)
})
