import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Store } from '../../../pwa/src/database/open.ts'
import { recordCheck, startInspection, writeNote } from '../../../pwa/src/inspections/acts.ts'
import { refreshSession, session, signIn, signOut } from '../../../pwa/src/people/session.ts'
import { Engine, type Round } from '../../../pwa/src/sync/engine.ts'
import { call } from '../../../pwa/src/sync/http.ts'
import { Runner } from '../../../pwa/src/sync/runner.ts'
import { FakeServer } from '../fakeServer.ts'
import { phoneOf, somebody } from '../phone.ts'
import { pass, until, virtualTime } from './time.ts'

type Answer = (signal: AbortSignal | null | undefined) => Response | Promise<Response>

const problem =
  (status: number, code: string, headers: Record<string, string> = {}) =>
  () =>
    new Response(JSON.stringify({ code, status }), {
      status,
      headers: { 'Content-Type': 'application/problem+json', ...headers },
    })
const page =
  (status: number, headers: Record<string, string> = {}) =>
  () =>
    new Response('<!doctype html><title>Wi-Fi</title>', {
      status,
      headers: { 'Content-Type': 'text/html', ...headers },
    })
const hang: Answer = (signal) =>
  new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))))
const cut = () => new Response('{"v":1,"epoch":3,"ack":3,"cur', { headers: { 'Content-Type': 'application/json' } })
const reset: Answer = () => Promise.reject(new TypeError('Failed to fetch'))

/** What may come in the place of an answer: whether it was our server, and whether it stops the sending. */
const FAULTS: [string, Answer, { reached: boolean; pause?: string; wait?: number; old?: true }][] = [
  ['400', problem(400, 'bad_request'), { reached: true }],
  ['400 of a proxy', page(400), { reached: false }],
  ['401', problem(401, 'unauthenticated'), { reached: true, pause: 'unauthenticated' }],
  ['401 device_revoked', problem(401, 'device_revoked'), { reached: true, pause: 'device_revoked' }],
  ['401 of a proxy', page(401), { reached: false }],
  ['403 account_disabled', problem(403, 'account_disabled'), { reached: true, pause: 'account_disabled' }],
  ['403 wrong_device', problem(403, 'wrong_device'), { reached: true, pause: 'wrong_device' }],
  ['403 of a proxy', page(403), { reached: false }],
  ['409 device_fork', problem(409, 'device_fork'), { reached: true, pause: 'device_fork' }],
  ['413', problem(413, 'too_large'), { reached: true }],
  ['413 of a proxy', page(413), { reached: false }],
  ['426', page(426), { reached: false, old: true }],
  ['429', problem(429, 'too_many_tries', { 'Retry-After': '120' }), { reached: true, wait: 120_000 }],
  ['429 of a proxy', page(429, { 'Retry-After': '120' }), { reached: false, wait: 120_000 }],
  ['500', problem(500, 'server_error'), { reached: true }],
  ['502 of a proxy', page(502), { reached: false }],
  ['503', problem(503, 'unavailable', { 'Retry-After': '90' }), { reached: true, wait: 90_000 }],
  ['a server that hangs', hang, { reached: false }],
  ['a connection that is reset', reset, { reached: false }],
  ['half a body', cut, { reached: false }],
  ['a captive portal', page(200), { reached: false }],
]

let store: Store
let server: FakeServer
let fault: Answer | null
let asked: number[]
let told: (Round | null)[]
let old: number
let runner: Runner

beforeEach(async () => {
  virtualTime()
  vi.stubGlobal('CompressionStream', undefined)
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  localStorage.clear()
  store = await phoneOf()
  server = new FakeServer()
  fault = null
  asked = []
  told = []
  old = 0
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push(Date.now())
    if (fault) return fault(init.signal)
    if (url !== '/api/sync') return new Response(null, { status: 204 })
    const answer = await server.post(JSON.parse(String(init.body)))
    if (answer.kind !== 'ok') throw new Error('this server answers')
    return new Response(JSON.stringify(answer.body), { headers: { 'Content-Type': 'application/json' } })
  })
  runner = syncing()
})

afterEach(() => {
  runner.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function syncing(post: Engine['parts']['post'] = posted): Runner {
  const onTooOld = () => {
    old += 1
  }
  const engine = new Engine({ store, post, now: Date.now, app: 'test', onTooOld })
  const hear = (round: Round | null) => {
    if (round) told.push(round)
  }
  return new Runner({ round: () => engine.round(), told: hear, chance: () => 0.5 })
}

const posted: Engine['parts']['post'] = (request, gzip) =>
  call({ method: 'POST', url: '/api/sync', body: JSON.stringify(request), gzip, timeout: 60_000 })

async function work(): Promise<void> {
  const id = await startInspection({ branch: 'b', standard: 's' })
  await recordCheck(id, 'ETI-4', 'ETI-4.a', { result: 'fail' })
  await writeNote(id, 'ETI-4', '两人')
}

const waiting = () => store.outbox.changes.count()
const drained = async () => (await waiting()) === 0

test.each(FAULTS)(
  'sync: %s loses nothing, is told as it is, and is over when it is over',
  async (_name, answer, is) => {
    await work()
    fault = answer
    runner.start()
    await pass(600)
    expect(await waiting()).toBe(3)
    expect(await store.outbox.refused.count()).toBe(0)
    expect(asked.length).toBeLessThan(40)
    if (is.pause) expect(told).toEqual([{ next: 'pause', code: is.pause }])
    else expect(told.at(-1)).toMatchObject({ next: 'fail', reached: is.reached })
    if (is.wait)
      for (const [at, time] of asked.slice(1).entries()) expect(time - (asked[at] ?? 0)).toBeGreaterThanOrEqual(is.wait)
    expect(old > 0).toBe(is.old === true)
    fault = null
    // The person signs in again: that, and nothing else, ends a pause.
    if (is.pause) runner.wake()
    await until(drained, 12)
    expect([...server.log.keys()]).toEqual([1, 2, 3])
    expect(await store.outbox.settled.count()).toBe(3)
  },
)

test.each([
  ['the server', problem(413, 'too_large')],
  ['a proxy', page(413)],
])('sync: one change that %s finds too large is set aside, and those behind it go on', async (_name, tooLarge) => {
  await work()
  const id = await startInspection({ branch: 'c', standard: 's' })
  const real = fetch
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    return String(init.body).includes('两人') ? tooLarge() : real(url, init)
  })
  runner.start()
  await until(drained, 12)
  expect(await store.outbox.refused.toArray()).toMatchObject([{ code: 'too_large' }])
  expect([...server.log.keys()]).toEqual([1, 2, 3])
  expect([...server.log.values()].at(-1)?.content).toContain(id)
})

test.each([
  new TypeError('odd'),
  new DOMException('full', 'QuotaExceededError'),
  new DOMException('Connection to Indexed Database server lost', 'UnknownError'),
  new DOMException('gone', 'InvalidStateError'),
  new DOMException('over', 'AbortError'),
  new RangeError('deep'),
  'a word',
  undefined,
  null,
  { name: 'odd' },
])('whatever is thrown in a round (%s), the queue drains without a tap', async (thrown) => {
  await work()
  let left = 4
  runner = syncing(async (request, gzip) => {
    if (--left >= 0) throw thrown
    return posted(request, gzip)
  })
  runner.start()
  await until(drained, 12)
  expect([...server.log.keys()]).toEqual([1, 2, 3])
})

const granted = (person: string) =>
  new Response(JSON.stringify({ person: { id: person, name: '甲', roles: [], home: 'u' }, device: 17, epoch: 3 }), {
    status: 201,
    headers: { 'Content-Type': 'application/json' },
  })

test.each(FAULTS)('session: %s signs nobody in or out, and clears nothing', async (_name, answer) => {
  const person = somebody()
  fault = () => granted(person)
  await signIn('one', 'secret')
  fault = answer
  const before = session.value
  const outcomes = Promise.all([signIn('one', 'secret'), refreshSession()])
  await pass(61)
  const [signed] = await outcomes
  expect(signed.ok).toBe(false)
  expect(session.value).toEqual(before)
  expect(localStorage.getItem('xunfang.session')).toContain(person)
  const left = signOut()
  await pass(61)
  // An ended session is over for the server too; anything else says nothing about it.
  const over = _name.startsWith('401') && !_name.includes('proxy')
  expect((await left).ok).toBe(over)
  expect(session.value === null).toBe(over)
})
