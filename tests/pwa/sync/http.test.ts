import { gunzipSync } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import { call, retryAfter } from '../../../pwa/src/sync/http.ts'

afterEach(() => vi.unstubAllGlobals())

const answer = (make: (init: RequestInit) => Response | Promise<Response>) =>
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => make(init))
const get = () => call({ method: 'GET', url: '/api/x', timeout: 50 })
const json = (status: number, text: string, headers: Record<string, string> = {}) =>
  new Response(text, { status, headers: { 'Content-Type': 'application/problem+json', ...headers } })

test('an answer of the server is read', async () => {
  answer(() => json(200, '{"v":1}'))
  expect(await get()).toEqual({ kind: 'ok', status: 200, body: { v: 1 } })
})

test('a refusal of the catalogue is told with its code and its wait', async () => {
  answer(() => json(429, '{"code":"too_many_tries"}', { 'Retry-After': '7' }))
  expect(await get()).toMatchObject({ kind: 'problem', status: 429, code: 'too_many_tries', retry_after: 7000 })
})

test.each([
  ['a captive portal', () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } }), 200],
  ['half a body', () => json(200, '{"v":1,"rows":{"insp'), 200],
  ['a proxy that is down', () => new Response('bad gateway', { status: 502 }), 502],
  ['a code nobody knows', () => json(400, '{"code":"odd"}'), 400],
  ['no network', () => Promise.reject(new TypeError('failed')), null],
])('%s is noise, never an exception', async (_name, make, status) => {
  answer(make)
  expect(await get()).toMatchObject({ kind: 'noise', status })
})

test('a server that never answers is given up', async () => {
  answer(
    ({ signal }) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
      ),
  )
  expect(await get()).toMatchObject({ kind: 'noise', status: null })
})

test('a request is packed where the browser can', async () => {
  let sent: RequestInit = {}
  answer((init) => {
    sent = init
    return json(200, '{}')
  })
  await call({ method: 'POST', url: '/api/sync', body: '{"柜":1}', gzip: true })
  expect(new Headers(sent.headers).get('Content-Encoding')).toBe('gzip')
  expect(gunzipSync(new Uint8Array(sent.body as ArrayBuffer)).toString()).toBe('{"柜":1}')
})

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-11-23T10:00:00Z')
  expect(retryAfter('120', now)).toBe(120_000)
  expect(retryAfter('Mon, 23 Nov 2026 10:00:30 GMT', now)).toBe(30_000)
  expect(retryAfter('Mon, 23 Nov 2026 09:00:00 GMT', now)).toBe(0)
  expect(retryAfter('soon', now)).toBeNull()
})
