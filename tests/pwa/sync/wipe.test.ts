import Dexie from 'dexie'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Store, storeOf } from '../../../pwa/src/database/open.ts'
import { startInspection } from '../../../pwa/src/inspections/acts.ts'
import { pauseSession, session, signIn } from '../../../pwa/src/people/session.ts'
import { deviceKey } from '../../../pwa/src/photos/proof/key.ts'
import { finishWipe, heedOnce } from '../../../pwa/src/sync/wipe.ts'
import { somebody } from '../phone.ts'

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

let person: string
let store: Store
let told: Record<string, unknown>
let hears: boolean
/** What the server has of it; `null`: it does not know the number. */
let here: { epoch: number; settled: number; results: object[]; photos: string[]; file: number | null } | null
const asked: string[] = []
const bodies: Record<string, unknown>[] = []

beforeEach(async () => {
  localStorage.clear()
  asked.length = 0
  bodies.length = 0
  person = somebody()
  told = {}
  here = null
  hears = true
  vi.stubGlobal('fetch', async (url: string, { method = 'GET', body }: RequestInit) => {
    asked.push(`${method} ${url}`)
    if (hears && url === '/api/rescue/here') {
      bodies.push(JSON.parse(String(body)))
      return here ? json(200, here) : json(404, { code: 'not_found' })
    }
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

test('the signing key goes with the number: a page that dies before the rest is gone leaves neither', async () => {
  told = { wipe: true, given_up: false }
  const before = await deviceKey(store.outbox)
  await store.outbox.meta.put(17, 'device')
  const deleting = vi.spyOn(Dexie, 'delete').mockRejectedValueOnce(new Error('the page is gone'))
  await expect(heedOnce(store)).rejects.toThrow('the page is gone')
  deleting.mockRestore()
  const { outbox } = storeOf(person)
  expect(await outbox.meta.bulkGet(['device', 'signing_key'])).toEqual([undefined, undefined])
  expect((await deviceKey(outbox))?.told).not.toBe(before?.told)
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

const photo = (id: string) => {
  const hashes = { sha256: 'a', preview_sha256: 'b', bytes: 3, preview_bytes: 1 }
  return { id, finding: 'f', root: 'r', added_at: 1, uploads: {}, ...hashes }
}

test('what a rescue file has brought in is no longer unsent, down to the last change and picture', async () => {
  told = { wipe: true, given_up: false }
  const { outbox } = store
  await work()
  await work()
  await outbox.meta.put({ device: 17, next: 3, sent: 2 }, 'numbers')
  await outbox.photos.bulkPut([photo('p'), photo('q')])
  const refused = { at: 1, type: 'task', id: 't', root: 't', device: 17, code: 'locked' }
  await outbox.refused.put({ ...refused, n: 1, refused_at: 500 })
  const brought = { epoch: 3, settled: 2, results: [], photos: ['p', 'q'], file: 500 }
  const steps = [
    { ...brought, settled: 1 },
    { ...brought, photos: ['q'] },
    { ...brought, file: 499 },
    { ...brought, file: null },
  ]
  for (const less of steps) {
    here = less
    expect(await heedOnce(store)).toBe(false)
    expect(await outbox.changes.count()).toBe(2)
  }
  expect(bodies.at(-1)).toMatchObject({ device: 17, photos: ['p', 'q'] })
  here = brought
  // refused on this phone already: no number of it ever reached the server
  await outbox.refused.put({ ...refused, n: -1, refused_at: 5 })
  expect(await heedOnce(store)).toBe(false)
  await outbox.refused.delete([17, -1])
  // never handed out, so another change may be there under this number
  await outbox.meta.put({ device: 17, next: 3, sent: 1 }, 'numbers')
  expect(await heedOnce(store)).toBe(false)
  await outbox.meta.put({ device: 17, next: 3, sent: 2 }, 'numbers')
  // a server that was restored from a backup lacks what this phone was told it had
  const lost = { ...refused, n: 3, settled_at: 1, landed: 1, outcome: 'applied' } as const
  await outbox.settled.put(lost)
  expect(await heedOnce(store)).toBe(false)
  here = { ...brought, settled: 3 }
  expect(await heedOnce(store)).toBe(true)
  expect([session.value, await isThere()]).toEqual([null, false])
})

/** A number under which all was answered: nothing waits, and a file made at 500 was taken in. */
async function allAnswered() {
  told = { wipe: true, given_up: false }
  await store.outbox.meta.put({ device: 17, next: 5, sent: 4 }, 'numbers')
  here = { epoch: 3, settled: 4, results: [], photos: [], file: 500 }
}

const full = (id: string) => store.outbox.photo_bytes.put({ id, size: 'full', data: new ArrayBuffer(3) })

test('a picture whose record was refused is in a file and on no server: the phone stays until it is set aside', async () => {
  await allAnswered()
  const { outbox } = store
  await outbox.photos.put({ ...photo('p'), dropped_at: 400 })
  await full('p')
  const set = { sha256: ['a'] as [string] }
  const change = { n: 3, at: 1, type: 'photo', id: 'p', root: 'r', device: 17, refused_at: 400, code: 'locked', set }
  await outbox.refused.put(change)
  expect(await heedOnce(store)).toBe(false)
  expect(bodies.at(-1)).toMatchObject({ photos: ['p'] })
  expect(await outbox.photo_bytes.count()).toBe(1)
  await outbox.refused.update([17, 3], { discarded_at: 6 })
  expect(await heedOnce(store)).toBe(true)
})

test('what a restored server no longer has in its log is not given up for a file that says only why', async () => {
  await allAnswered()
  const refused = { n: 4, at: 1, type: 'task', id: 't', root: 't', device: 17, code: 'locked', refused_at: 400 }
  await store.outbox.refused.put(refused)
  here = { epoch: 4, settled: 3, results: [], photos: [], file: 500 }
  expect(await heedOnce(store)).toBe(false)
  here = { ...here, settled: 4 }
  expect(await heedOnce(store)).toBe(true)
})

test('a picture that was sent stays as long as it lies here and the server does not say it has it', async () => {
  await allAnswered()
  await store.outbox.photos.put({ ...photo('p'), uploads: { full: { done_at: 1 } } })
  await full('p')
  expect(await heedOnce(store)).toBe(false)
  if (here) here.photos = ['p']
  expect(await heedOnce(store)).toBe(true)
})

test('one the server could not open lies here and nowhere else: the phone stays until it is done without', async () => {
  await allAnswered()
  const { outbox } = store
  await outbox.photos.put({ ...photo('p'), lost_at: 400, flaw: 'bad_image' })
  await full('p')
  expect(await heedOnce(store)).toBe(false)
  expect(bodies.at(-1)).toMatchObject({ photos: ['p'] })
  await outbox.photos.update('p', { dropped_at: 500 })
  expect(await heedOnce(store)).toBe(true)
})

test('one that was taken back or left out waits for nobody', async () => {
  await allAnswered()
  const { outbox } = store
  await outbox.photos.bulkPut([photo('back'), { ...photo('left'), dropped_at: 400 }])
  await full('back')
  await full('left')
  const back = { n: 2, at: 1, type: 'photo', id: 'back', root: 'r', device: 17, act: 'retract' }
  await outbox.settled.put({ ...back, settled_at: 1, landed: 1, outcome: 'applied' })
  expect(await heedOnce(store)).toBe(true)
})

test('looks at hidden numbers are told first, or keep the phone as it is', async () => {
  told = { wipe: true, given_up: false }
  const looks = [{ id: 'x', customer: 'c', at: 5 }]
  await store.outbox.meta.put(looks, 'reveals')
  expect(await heedOnce(store)).toBe(false)
  here = { epoch: 3, settled: 0, results: [], photos: [], file: null }
  expect(await heedOnce(store)).toBe(true)
  expect(bodies.at(-1)).toMatchObject({ looks })
})

test('an answer to the session of before a sign-in empties nothing', async () => {
  told = { wipe: true, given_up: true }
  await work()
  const late = fetch
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const answer = await late(url, init)
    if (url === '/api/session' && init.method === 'GET') pauseSession(null) // the person has signed in meanwhile
    return answer
  })
  expect(await heedOnce(store)).toBe(false)
  pauseSession('device_revoked')
  told = { wipe: true, given_up: false }
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const answer = await late(url, init)
    if (url === '/api/rescue/here') pauseSession(null)
    return answer
  })
  here = { epoch: 3, settled: 9, results: [], photos: [], file: null }
  expect(await heedOnce(store)).toBe(false)
  expect([await store.outbox.changes.count(), await store.cache.rows.count()]).toEqual([1, 1])
})

test('nothing is saved between the count and the end', async () => {
  told = { wipe: true, given_up: false }
  const { changes } = store.outbox
  const clear = changes.clear.bind(changes)
  let saving: Promise<boolean> | undefined
  vi.spyOn(changes, 'clear').mockImplementationOnce(() => {
    // counted, and not ended yet: a tap of another tab, outside of what is under way here
    saving = Dexie.ignoreTransaction(work).then(
      () => true,
      () => false,
    )
    // where nothing keeps it out, it is through before the next step
    return Dexie.currentTransaction ? clear() : (saving.then(clear) as ReturnType<typeof clear>)
  })
  expect(await heedOnce(store)).toBe(true)
  expect(await saving).toBe(false)
})

test('nothing a browser keeps by person stays', async () => {
  told = { wipe: true, given_up: true }
  localStorage.setItem(`xunfang.views.${person}`, '{"people":[{"name":"张","query":"q=张"}]}')
  localStorage.setItem('xunfang.views.other', '{}')
  await heedOnce(store)
  expect(Object.keys(localStorage).filter((key) => key.startsWith('xunfang.views'))).toEqual(['xunfang.views.other'])
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
