import Dexie from 'dexie'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Store, storeOf } from '../../../pwa/src/database/open.ts'
import { startInspection } from '../../../pwa/src/inspections/acts.ts'
import { pauseSession, session, signIn } from '../../../pwa/src/people/session.ts'
import { finishWipe, heedOnce } from '../../../pwa/src/sync/wipe.ts'
import { somebody } from '../phone.ts'

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

let person: string
let store: Store
let told: Record<string, unknown>
let hears: boolean
const asked: string[] = []

beforeEach(async () => {
  localStorage.clear()
  asked.length = 0
  person = somebody()
  told = {}
  hears = true
  vi.stubGlobal('fetch', async (url: string, { method = 'GET' }: RequestInit) => {
    asked.push(`${method} ${url}`)
    if (method === 'POST') return json(201, { person: { id: person, name: '甲', roles: [], home: 'u' }, device: 17 })
    if (!hears) throw new TypeError('offline')
    return url.endsWith('/wiped') ? json(204, null) : json(401, { code: 'device_revoked', ...told })
  })
  await signIn('one', 'secret')
  store = storeOf(person)
  pauseSession('device_revoked')
  await store.cache.rows.put({ type: 'task', id: 't', rev: 1, parent: '', row: { id: 't' } as never })
})

afterEach(() => vi.unstubAllGlobals())

const work = () => startInspection({ branch: 'b', standard: 's' })
const isThere = () => Dexie.exists(`outbox-${person}`)

/** Everything is as it was: locked out, and nothing touched. */
async function untouched() {
  expect(session.value).toMatchObject({ person: { id: person }, paused: 'device_revoked' })
  expect(await store.cache.rows.count()).toBe(1)
}

test('a phone that was only locked out keeps all it has', async () => {
  await work()
  expect(await heedOnce(store)).toBe(false)
  await untouched()
  hears = false
  expect(await heedOnce(store)).toBe(false)
  await untouched()
})

test('one with nothing to send is empty afterwards, and says so', async () => {
  told = { wipe: true, given_up: false }
  expect(await heedOnce(store)).toBe(true)
  expect(session.value).toBeNull()
  expect([await isThere(), await Dexie.exists(`cache-${person}`)]).toEqual([false, false])
  expect(asked.at(-1)).toBe('PUT /api/devices/17/wiped')
  expect(Object.values(localStorage).join()).not.toContain(person)
})

test('what it has not sent stays, and the rows of others go, until somebody at the desk gives it up', async () => {
  told = { wipe: true, given_up: false }
  await work()
  expect(await heedOnce(store)).toBe(false)
  expect(session.value?.person.id).toBe(person)
  expect([await store.cache.rows.count(), await store.outbox.changes.count()]).toEqual([0, 1])
  told = { wipe: true, given_up: true }
  expect(await heedOnce(store)).toBe(true)
  expect(await isThere()).toBe(false)
})

test('work that was refused and pictures that wait are unsent work too', async () => {
  told = { wipe: true, given_up: false }
  const refused = { n: 1, at: 1, type: 'task', id: 't', root: 't', device: 17, refused_at: 5, code: 'locked' }
  await store.outbox.refused.put(refused)
  expect(await heedOnce(store)).toBe(false)
  await store.outbox.refused.update([17, 1], { discarded_at: 6 })
  await store.outbox.photos.put({
    id: 'p',
    finding: 'f',
    root: 'r',
    added_at: 1,
    sha256: 'a',
    preview_sha256: 'b',
    bytes: 3,
    preview_bytes: 1,
    uploads: {},
  })
  expect(await heedOnce(store)).toBe(false)
  await store.outbox.photos.update('p', { released_at: 7 })
  expect(await heedOnce(store)).toBe(true)
})

test('an emptying that was cut short goes on at the next start, and the server is told once it hears', async () => {
  told = { wipe: true, given_up: true }
  const gone = vi.spyOn(Dexie, 'delete').mockRejectedValueOnce(new Error('killed'))
  await expect(heedOnce(store)).rejects.toThrow('killed')
  gone.mockRestore()
  expect([session.value, await isThere()]).toEqual([null, true])
  hears = false
  await finishWipe()
  expect(await isThere()).toBe(false)
  // the same person again, before the server was told: what is new stays
  await signIn('one', 'secret')
  await work()
  await finishWipe()
  hears = true
  await finishWipe()
  expect(asked.at(-1)).toBe('PUT /api/devices/17/wiped')
  const tellings = asked.length
  await finishWipe()
  expect(asked.length).toBe(tellings)
  expect(await storeOf(person).outbox.changes.count()).toBe(1)
})
