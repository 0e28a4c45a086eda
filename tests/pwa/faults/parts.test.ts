import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sha256 } from '../../../pwa/src/core/sha256.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { Uploads, uploadsDue } from '../../../pwa/src/sync/uploads.ts'
import { phoneOf, reopened, rowFrom } from '../phone.ts'
import { disk, type Fault, isDead, revive, seen, underEverything } from './disk.ts'
import { type Cut, Wire } from './wire.ts'

// the code for browsers: that of another platform would ask no XMLHttpRequest
vi.mock('tus-js-client', () => vi.importActual('../../../pwa/node_modules/tus-js-client/lib.es5/browser/index.js'))

underEverything()

/** More than one part, one part, and a preview each. */
const SIZES = { large: 600_000, small: 90_000 }
const PICTURES = Object.keys(SIZES).flatMap((id) => [`${id} full`, `${id} preview`])

let store: Store
let wire: Wire
let now: number

beforeEach(() => {
  for (const word of ['warn', 'debug'] as const) vi.spyOn(console, word).mockImplementation(() => undefined)
})
afterEach(() => vi.unstubAllGlobals())

async function keep(id: string, length: number, added_at: number): Promise<void> {
  const [full, preview] = [new Uint8Array(length).fill(added_at).buffer, new Uint8Array(200).fill(added_at + 9).buffer]
  await store.outbox.photo_bytes.bulkPut([
    { id, size: 'full', data: full },
    { id, size: 'preview', data: preview },
  ])
  const hashes = { sha256: await sha256(full), preview_sha256: await sha256(preview) }
  const sizes = { bytes: length, preview_bytes: 200 }
  await store.outbox.photos.put({ id, finding: 'f', root: 'i', added_at, ...hashes, ...sizes, uploads: {} })
  const row = rowFrom('photo', id, 1, { of: { type: 'finding', id: 'f' } })
  await store.cache.rows.put({ type: 'photo', id, rev: 1, parent: 'f', row })
}

/** A page with its own code, as far as it remembers anything: how large a part may be. */
async function page(): Promise<Uploads> {
  vi.resetModules()
  const { sendByTus } = await import('../../../pwa/src/sync/tus.ts')
  let here = true
  wire.died = () => {
    here = false
  }
  // code of a page that is gone runs no further
  const send: typeof sendByTus = (upload) => (here && !isDead() ? sendByTus(upload) : new Promise(() => undefined))
  return new Uploads({ store, send, now: () => now, chance: () => 0 })
}

/** One page at work until it has nothing to do, or is gone. */
async function life(): Promise<void> {
  const ended = new AbortController()
  const uploads = await page()
  const died = new Promise<void>((resolve) => {
    const told = wire.died
    wire.died = () => {
      told()
      resolve()
    }
    const watch = setInterval(() => isDead() && resolve(), 5)
    ended.signal.addEventListener('abort', () => clearInterval(watch))
  })
  await Promise.race([uploads.run(ended.signal).catch(() => undefined), died])
  ended.abort()
  wire.leave()
}

/** Page after page until all is sent: nothing is missing, nothing was stored twice, nothing is called lost. */
async function livesThrough(cuts: Cut[], fault: Fault | null): Promise<void> {
  disk(null)
  store = await phoneOf()
  wire = new Wire()
  wire.cuts = cuts
  wire.lay()
  now = 1_800_000_000_000
  await keep('large', SIZES.large, 1)
  await keep('small', SIZES.small, 2)
  disk(fault)
  for (let left = 8; left > 0; left--) {
    await life()
    if (isDead()) revive()
    store = reopened(store)
    if ((await uploadsDue(store, now)).jobs.length === 0 && (await uploadsDue(store, now)).next_at === null) break
    now += 3600_000
  }
  expect([...wire.stored.keys()].sort()).toEqual([...PICTURES].sort())
  expect(new Set(wire.stored.values())).toEqual(new Set([1]))
  expect(await uploadsDue(store, now)).toEqual({ jobs: [], next_at: null })
  for (const kept of await store.outbox.photos.toArray()) {
    expect(kept).not.toHaveProperty('lost_at')
    expect(kept.uploads.full?.done_at).toEqual(expect.any(Number))
  }
  expect(await store.outbox.photo_bytes.count()).toBe(4)
  // what the server has is not sent again
  expect(wire.twice).toBe(0)
}

/** Brings something about at each step in turn, until a life has no step of that number. */
async function each(strike: (step: number) => Promise<boolean>): Promise<number> {
  for (let step = 1; ; step++) if (!(await strike(step))) return step - 1
}

test('without a fault each picture is begun once and comes in parts', async () => {
  await livesThrough([], null)
  const asked = (what: string) => wire.steps.filter((step) => step.startsWith(what)).length
  expect([asked('POST'), asked('HEAD')]).toEqual([4, 0])
  expect(asked('PATCH')).toBeGreaterThanOrEqual(5)
})

const WAYS = (['nowhere', 'half', 'there'] as const).flatMap((gets) => [
  { gets, dies: false },
  { gets, dies: true },
])

test.each(WAYS)('a request that gets $gets, the page dead with it: $dies; at every step', async ({ gets, dies }) => {
  const steps = await each(async (step) => {
    await livesThrough([{ step, gets, dies }], null).catch((problem: unknown) => {
      throw new Error(`at step ${step}: ${wire.steps.join(', ')}`, { cause: problem })
    })
    return wire.struck.length > 0
  })
  expect(steps).toBeGreaterThanOrEqual(9)
})

test.each(['nowhere', 'there'] as const)(
  'a page that dies again at what the next one asks first, which gets %s',
  async (gets) => {
    const met = new Set<string>()
    await each(async (first) => {
      const cuts = [1, 2].map((on): Cut => ({ step: first + on, gets, dies: true }))
      await livesThrough([{ step: first, gets: 'half', dies: true }, ...cuts], null)
      for (const asked of wire.struck) met.add(asked.split(' ')[0] ?? '')
      return wire.struck.length > 0
    })
    expect(met).toEqual(new Set(['POST', 'PATCH', 'HEAD']))
  },
)

test.each<[string, (write: number) => Fault]>([
  ['fails', (write) => ({ write, fails: 'UnknownError', at: 'request' })],
  ['cannot be committed', (write) => ({ write, fails: 'QuotaExceededError', at: 'commit' })],
  ['is the last of a page that dies before it', (write) => ({ write, dies: 'before' })],
  ['is the last of a page that dies after it', (write) => ({ write, dies: 'after' })],
])('a note of how far a picture is that %s: each of them', async (_, faultAt) => {
  const writes = await each(async (write) => {
    await livesThrough([], faultAt(write)).catch((problem: unknown) => {
      throw new Error(`at write ${write}: ${wire.steps.join(', ')}`, { cause: problem })
    })
    return seen().struck
  })
  expect(writes).toBeGreaterThanOrEqual(8)
})
