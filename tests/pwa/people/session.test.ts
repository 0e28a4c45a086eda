import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { storeOf } from '../../../pwa/src/database/open.ts'
import { recordCheck, startInspection } from '../../../pwa/src/inspections/acts.ts'
import { listInspections } from '../../../pwa/src/inspections/queries.ts'
import {
  changePassword,
  openSession,
  pauseSession,
  refreshSession,
  session,
  signIn,
  signOut,
} from '../../../pwa/src/people/session.ts'
import { somebody } from '../phone.ts'

type Handler = (method: string, url: string, body: Record<string, unknown> | null) => Response | Promise<Response>

let handle: Handler
const asked: [string, string, Record<string, unknown> | null][] = []

beforeEach(() => {
  localStorage.clear()
  asked.length = 0
  session.value = undefined
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : null
    asked.push([init.method ?? 'GET', url, body])
    return handle(init.method ?? 'GET', url, body)
  })
})

afterEach(() => vi.unstubAllGlobals())

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const granted = (person: string, device: number) =>
  json(201, { person: { id: person, name: '甲', roles: ['inspector'], home: 'u' }, device, audiences: ['everyone'] })

async function work(): Promise<string> {
  const id = await startInspection({ branch: 'b', standard: 's' })
  await recordCheck(id, 'A', 'A.a', { result: 'pass' })
  await recordCheck(id, 'A', 'A.a', { result: 'fail' })
  return id
}

test('who signed in is there again without a network', async () => {
  const person = somebody()
  handle = () => granted(person, 17)
  expect(await signIn('one', 'secret')).toEqual({ ok: true })
  session.value = undefined
  handle = () => Promise.reject(new TypeError('offline'))
  openSession()
  await refreshSession()
  expect(session.value).toMatchObject({ person: { id: person }, device: 17, paused: null })
})

test.each([
  ['a wrong password', () => json(401, { code: 'bad_credentials' }), 'bad_credentials'],
  ['too many tries', () => json(429, { code: 'too_many_tries' }), 'too_many_tries'],
  ['no network', () => Promise.reject(new TypeError('offline')), 'offline'],
  ['a captive portal', () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } }), 'offline'],
] as [string, Handler, string][])('%s signs nobody in', async (_name, answer, code) => {
  handle = answer
  expect(await signIn('one', 'x')).toMatchObject({ ok: false, code })
  expect(session.value).toBeUndefined()
})

test('two people on one phone see nothing of each other, and lose nothing', async () => {
  const [one, two] = [somebody(), somebody()]
  handle = (_method, _url, body) => (body?.['login'] === 'one' ? granted(one, 17) : granted(two, 18))
  await signIn('one', 'x')
  const id = await work()
  await signIn('two', 'x')
  expect(await listInspections()).toEqual([])
  await startInspection({ branch: 'c', standard: 's' })
  expect(await storeOf(two).outbox.changes.count()).toBe(1)
  await signIn('one', 'x')
  expect((await listInspections()).map(({ inspection }) => inspection.id)).toEqual([id])
  expect(await storeOf(one).outbox.changes.count()).toBe(3)
  expect(asked.at(-1)?.[2]).toMatchObject({ device: 17 })
})

test('a browser that forgot who was here asks again for the number its outbox has', async () => {
  const person = somebody()
  handle = () => granted(person, 17)
  await signIn('one', 'x')
  await work()
  localStorage.clear()
  handle = (_method, _url, body) => granted(person, (body?.['device'] as number | null) ?? 30)
  await signIn('one', 'x')
  expect(session.value?.device).toBe(17)
  expect((await storeOf(person).outbox.changes.toArray()).map(({ n }) => n)).toEqual([1, 2, 3])
})

test('after a fork the work counts anew under the new number, its bases with it', async () => {
  const person = somebody()
  handle = () => granted(person, 17)
  await signIn('one', 'x')
  await work()
  const { outbox } = storeOf(person)
  await outbox.changes.where('n').equals(1).delete()
  await outbox.meta.put({ device: 17, next: 4, sent: 3 }, 'numbers')
  await outbox.meta.put(true, 'forked')
  pauseSession('device_fork')
  handle = () => granted(person, 31)
  await signIn('one', 'x')
  expect(asked.at(-1)?.[2]).toMatchObject({ device: null })
  expect(await outbox.numbers()).toEqual({ device: 31, next: 3, sent: 0 })
  const changes = await outbox.changes.orderBy('n').toArray()
  expect(changes.map(({ n }) => n)).toEqual([1, 2])
  expect(changes[1]?.set?.['checks.A.a']).toEqual([{ result: 'fail' }, [31, 1]])
  expect(session.value?.paused).toBeNull()
  expect(await outbox.meta.get('forked')).toBeUndefined()
})

/** A number that was locked out with work in hand; what the server says of it is `here`. */
async function lockedOut(here: () => Response): Promise<string> {
  const person = somebody()
  handle = (_method, url) => (url === '/api/rescue/here' ? here() : granted(person, 17))
  await signIn('one', 'secret')
  await work()
  const { outbox } = storeOf(person)
  await outbox.meta.put({ device: 17, next: 4, sent: 3 }, 'numbers')
  pauseSession('device_revoked')
  handle = (_method, url) => (url === '/api/rescue/here' ? here() : granted(person, 18))
  return person
}

test('what a rescue file brought under a number that is locked out is not sent again under the next', async () => {
  const results = [{ n: 2, outcome: 'held', code: 'revoked' }]
  const person = await lockedOut(() => json(200, { epoch: 3, settled: 2, results, photos: [], file: 5 }))
  expect(await signIn('one', 'secret')).toEqual({ ok: true })
  expect(asked.at(-1)).toEqual(['POST', '/api/rescue/here', { device: 17, first: 1 }])
  const { outbox } = storeOf(person)
  expect(await outbox.settled.toArray()).toMatchObject([
    { device: 17, n: 1, outcome: 'applied' },
    { device: 17, n: 2, outcome: 'held', code: 'revoked' },
  ])
  const [left, ...none] = await outbox.changes.toArray()
  expect([none, await outbox.numbers()]).toEqual([[], { device: 18, next: 2, sent: 0 }])
  // it was based on what is there, and says so
  expect(left).toMatchObject({ n: 1, set: { 'checks.A.a': [{ result: 'fail' }, [17, 2]] } })
})

test('work that never left the phone may bear a number that other work has there: it is sent', async () => {
  const person = await lockedOut(() => json(200, { epoch: 3, settled: 3, results: [], photos: [], file: null }))
  await storeOf(person).outbox.meta.put({ device: 17, next: 4, sent: 1 }, 'numbers')
  await signIn('one', 'secret')
  expect((await storeOf(person).outbox.changes.toArray()).map(({ n }) => n)).toEqual([1, 2])
})

test('without an answer about the old number nobody is signed in, and the next try finds all as it was', async () => {
  const person = await lockedOut(() => {
    throw new TypeError('offline')
  })
  expect(await signIn('one', 'secret')).toMatchObject({ ok: false, code: 'offline' })
  const { outbox } = storeOf(person)
  expect([await outbox.changes.count(), await outbox.numbers()]).toEqual([3, { device: 17, next: 4, sent: 3 }])
  expect(session.value?.paused).toBe('device_revoked')
  // a server that does not know the number has nothing under it
  handle = (_method, url) => (url === '/api/rescue/here' ? json(404, { code: 'not_found' }) : granted(person, 18))
  expect(await signIn('one', 'secret')).toEqual({ ok: true })
  expect([await outbox.changes.count(), await outbox.numbers()]).toEqual([3, { device: 18, next: 4, sent: 0 }])
})

test('signing out is refused while work is unsent, and without the network', async () => {
  const person = somebody()
  handle = () => granted(person, 17)
  await signIn('one', 'x')
  await work()
  expect(await signOut()).toMatchObject({ ok: false, code: 'unsent', unsent: { changes: 3 } })
  await storeOf(person).outbox.changes.clear()
  handle = () => Promise.reject(new TypeError('offline'))
  expect(await signOut()).toEqual({ ok: false, code: 'offline' })
  expect(session.value?.person.id).toBe(person)
  handle = () => new Response(null, { status: 204 })
  expect(await signOut()).toEqual({ ok: true })
  expect(session.value).toBeNull()
  expect(localStorage.getItem('xunfang.session')).toBeNull()
})

test('a 401 keeps the session, paused', async () => {
  handle = () => granted(somebody(), 17)
  await signIn('one', 'x')
  pauseSession('unauthenticated')
  session.value = undefined
  openSession()
  expect(session.value).toMatchObject({ paused: 'unauthenticated', device: 17 })
})

test('a first password opens nothing but the choice of another; work waits, and goes on after it', async () => {
  const person = somebody()
  handle = () => granted(person, 17)
  await signIn('one', 'old-secret')
  await work()
  handle = (method) =>
    method === 'POST'
      ? json(201, { person: { id: person, name: '甲', roles: [], home: 'u' }, device: 17, must_change_password: true })
      : json(422, { code: 'weak_password' })
  await signIn('one', 'first-secret')
  expect(session.value).toMatchObject({ paused: 'password_change_required', device: 17 })
  expect(await storeOf(person).outbox.changes.count()).toBe(3)
  expect(await changePassword('first-secret', 'one')).toBe('weak_password')
  handle = () => Promise.reject(new TypeError('offline'))
  expect(await changePassword('first-secret', 'my-own-secret')).toBe('offline')
  expect(session.value?.paused).toBe('password_change_required')
  handle = () => json(200, {})
  expect(await changePassword('first-secret', 'my-own-secret')).toBeNull()
  expect(asked.at(-1)).toEqual([
    'PUT',
    '/api/session/password',
    { password: 'first-secret', new_password: 'my-own-secret' },
  ])
  expect(session.value?.paused).toBeNull()
})
