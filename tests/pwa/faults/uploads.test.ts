import { beforeEach, expect, test } from 'vitest'
import { sha256 } from '../../../pwa/src/core/sha256.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { standing } from '../../../pwa/src/sync/standing.ts'
import { type Sent, type Upload, Uploads, uploadsDue } from '../../../pwa/src/sync/uploads.ts'
import { phoneOf, reopened, rowFrom } from '../phone.ts'

const URL_BEFORE = '/api/uploads/1'
const HOUR = 3600_000

const failed = (status: number | null, code: string | null = null, wait: number | null = null): Sent => {
  return { ok: false, status, code, wait }
}

/** What may come in the place of an answer: whether the next attempt begins anew, and when it may be at the soonest. */
const FAULTS: [string, Sent, { anew?: true; wait?: number }][] = [
  ['400', failed(400, 'bad_request'), {}],
  ['401', failed(401, 'unauthenticated'), {}],
  ['403', failed(403, 'account_disabled'), {}],
  ['403 of a proxy', failed(403), {}],
  ['404', failed(404, 'not_found'), { anew: true }],
  ['409', failed(409, 'bad_offset'), {}],
  ['410', failed(410, 'upload_gone'), { anew: true }],
  ['413', failed(413, 'too_large'), {}],
  ['422 of another kind', failed(422, 'bad_value'), { anew: true }],
  ['423', failed(423, 'locked'), {}],
  ['429', failed(429, 'too_many_tries', 120_000), { wait: 120_000 }],
  ['460', failed(460, 'bad_checksum'), { anew: true }],
  ['500', failed(500, 'server_error'), {}],
  ['502', failed(502), {}],
  ['503', failed(503, 'unavailable', 90_000), { wait: 90_000 }],
  ['a hang, a reset or half an answer', failed(null), {}],
  ['a page of a captive portal', failed(200), {}],
]

let store: Store
let now: number
let sent: Upload[]
let answer: Sent

beforeEach(async () => {
  store = await phoneOf()
  now = 1_800_000_000_000
  sent = []
  const [full, preview] = [new Uint8Array(3000).fill(7).buffer, new Uint8Array(200).fill(8).buffer]
  await store.outbox.photo_bytes.bulkPut([
    { id: 'p', size: 'full', data: full },
    { id: 'p', size: 'preview', data: preview },
  ])
  const hashes = { sha256: await sha256(full), preview_sha256: await sha256(preview) }
  const sizes = { bytes: 3000, preview_bytes: 200 }
  await store.outbox.photos.put({ id: 'p', finding: 'f', root: 'i', added_at: 1, ...hashes, ...sizes, uploads: {} })
  const row = rowFrom('photo', 'p', 1, { of: { type: 'finding', id: 'f' } })
  await store.cache.rows.put({ type: 'photo', id: 'p', rev: 1, parent: 'f', row })
})

const send = async (upload: Upload): Promise<Sent> => {
  sent.push(upload)
  if (upload.url === null) await upload.onUrl(URL_BEFORE)
  return answer
}

const run = () => new Uploads({ store, send, now: () => now, chance: () => 0 }).run(new AbortController().signal)

test.each(FAULTS)('upload: %s loses no picture, is tried again in its time and ends well', async (_name, fault, is) => {
  answer = fault
  for (let tries = 0; tries < 6; tries++) {
    const next = await run()
    expect(next).toBeGreaterThanOrEqual(now + (is.wait ?? 1))
    expect(next).toBeLessThanOrEqual(now + HOUR)
    const before = sent.length
    await run()
    expect(sent).toHaveLength(before)
    now = next ?? now
    store = reopened(store)
  }
  expect(sent.slice(2).every(({ url }) => url === (is.anew ? null : URL_BEFORE))).toBe(true)
  const kept = await store.outbox.photos.get('p')
  expect(kept).not.toHaveProperty('lost_at')
  expect(kept?.uploads.full?.done_at).toBeUndefined()
  expect((await store.outbox.photo_bytes.get(['p', 'full']))?.data.byteLength).toBe(3000)
  answer = { ok: true }
  await run()
  expect((await uploadsDue(store, now)).jobs).toEqual([])
  expect((await store.outbox.photos.get('p'))?.uploads.full?.done_at).toBe(now)
  expect((await store.outbox.photo_bytes.get(['p', 'full']))?.data.byteLength).toBe(3000)
})

test('a picture whose record a supervisor still decides about is not brought before it is taken in', async () => {
  await store.cache.rows.clear()
  const held = {
    n: 3,
    at: 1,
    type: 'photo',
    id: 'p',
    root: 'i',
    set: {},
    device: 17,
    settled_at: 1,
    landed: 1 as const,
  }
  await store.outbox.settled.put({ ...held, outcome: 'held', code: 'out_of_scope' })
  answer = { ok: true }
  await run()
  expect(sent).toEqual([])
  expect(await standing(store)).toMatchObject({ waiting: { photos: 1 }, waitingAt: [] })
  const decided = { status: 'taken' as const, by: 'sue', at: 2, reason: '' }
  await store.outbox.settled.put({ ...held, outcome: 'held', code: 'out_of_scope', decided })
  await run()
  expect(sent.map(({ size }) => size)).toEqual(['preview', 'full'])
})
