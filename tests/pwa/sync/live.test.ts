import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Live } from '../../../pwa/src/sync/live.ts'

/** A stream of the server, as the test makes it speak. */
class Line {
  readonly signal: AbortSignal
  private control!: ReadableStreamDefaultController<Uint8Array>
  private readonly body = new ReadableStream<Uint8Array>({
    start: (control) => {
      this.control = control
    },
  })
  answer!: (response: Response) => void
  fail!: (problem: unknown) => void
  readonly coming = new Promise<Response>((resolve, reject) => {
    this.answer = resolve
    this.fail = reject
  })

  constructor(signal: AbortSignal) {
    this.signal = signal
    signal.addEventListener('abort', () => {
      this.fail(signal.reason)
      try {
        this.control.error(signal.reason)
      } catch {
        // It had ended already.
      }
    })
  }

  open(): Promise<void> {
    this.answer(new Response(this.body, { headers: { 'Content-Type': 'text/event-stream' } }))
    return settled()
  }

  say(words: string): Promise<void> {
    this.control.enqueue(new TextEncoder().encode(words))
    return settled()
  }

  end(): Promise<void> {
    this.control.close()
    return settled()
  }
}

let lines: Line[]
let looks: number
let wanted: boolean
let live: Live

const settled = async () => {
  await vi.advanceTimersByTimeAsync(0)
}
const line = () => lines.at(-1) as Line

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 0 })
  lines = []
  looks = 0
  wanted = true
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    expect(url).toBe('/api/live')
    lines.push(new Line(init.signal as AbortSignal))
    return line().coming
  })
  live = new Live({
    look: () => {
      looks += 1
    },
    wanted: () => wanted,
    chance: () => 0.5,
  })
})

afterEach(() => {
  live.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function opened(): Promise<void> {
  live.ended(10)
  await line().open()
  looks = 0
}

test('it opens after a round that went well, once, and looks for what came in between', async () => {
  live.ended(null)
  expect(lines).toHaveLength(0)
  live.ended(10)
  live.ended(10)
  expect(lines).toHaveLength(1)
  await line().open()
  expect(looks).toBe(1)
})

test('an event asks for a round; signs of life and half a line do not', async () => {
  await opened()
  await line().say(':\n\n')
  await line().say('data: {"rev":1')
  expect(looks).toBe(0)
  await line().say('1}\n\n')
  expect(looks).toBe(1)
})

test('what a round sent itself asks for no other', async () => {
  await opened()
  live.began()
  await line().say('data: {"rev":11}\n\n')
  live.ended(11)
  expect(looks).toBe(0)
  live.began()
  await line().say('data: {"rev":13}\n\n')
  live.ended(12)
  expect(looks).toBe(1)
  live.ended(12)
  expect(looks).toBe(1)
})

test('a stream that breaks is opened again after a while, and after a longer one each time', async () => {
  const waits: number[] = []
  for (let turn = 0; turn < 5; turn += 1) {
    live.ended(10)
    expect(lines).toHaveLength(turn + 1)
    await line().open()
    looks = 0
    await line().end()
    live.ended(10)
    expect(lines).toHaveLength(turn + 1)
    const before = Date.now()
    while (looks === 0) await vi.advanceTimersByTimeAsync(500)
    waits.push(Date.now() - before)
  }
  expect(waits).toEqual([3000, 5000, 9000, 17_000, 33_000])
})

test('one that stood long enough is opened again soon', async () => {
  for (let turn = 0; turn < 3; turn += 1) {
    live.ended(10)
    await line().open()
    for (let beats = 0; beats < 4; beats += 1) {
      await vi.advanceTimersByTimeAsync(20_000)
      await line().say(':\n\n')
    }
    await line().end()
    looks = 0
    await vi.advanceTimersByTimeAsync(3000)
    expect(looks).toBe(1)
  }
})

test('silence is taken for a broken line, before the answer and after it', async () => {
  live.ended(10)
  await vi.advanceTimersByTimeAsync(50_000)
  expect(line().signal.aborted).toBe(true)
  await vi.advanceTimersByTimeAsync(3000)
  live.ended(10)
  expect(lines).toHaveLength(2)
  await line().open()
  await vi.advanceTimersByTimeAsync(50_000)
  expect(line().signal.aborted).toBe(true)
})

test('who is told to wait waits, and what is no stream is none', async () => {
  live.ended(10)
  line().answer(new Response('{}', { status: 503, headers: { 'Retry-After': '60' } }))
  await vi.advanceTimersByTimeAsync(59_000)
  live.ended(10)
  expect(lines).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1_000)
  live.ended(10)
  expect(lines).toHaveLength(2)
  line().answer(new Response('<html>', { headers: { 'Content-Type': 'text/html' } }))
  await settled()
  live.ended(10)
  expect(lines).toHaveLength(2)
  expect(line().signal.aborted).toBe(true)
})

test('it is closed without a word and opened by the next round, but not while nobody looks', async () => {
  await opened()
  live.close()
  await settled()
  expect(line().signal.aborted).toBe(true)
  expect(looks).toBe(0)
  wanted = false
  live.ended(10)
  expect(lines).toHaveLength(1)
  wanted = true
  live.ended(10)
  expect(lines).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(10)
  expect(looks).toBe(0)
})
