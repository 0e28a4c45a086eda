import { beforeEach, expect, test, vi } from 'vitest'
import { sha256 } from '../../../pwa/src/core/sha256.ts'
import { developPhoto } from '../../../pwa/src/photos/darkroom.ts'
import { type Fault, underEverything } from './disk.ts'
import { livesThrough } from './life.ts'

vi.mock('../../../pwa/src/photos/darkroom.ts', () => ({ developPhoto: vi.fn() }))
underEverything()

beforeEach(() => {
  for (const word of ['warn', 'debug'] as const) vi.spyOn(console, word).mockImplementation(() => undefined)
  vi.mocked(developPhoto).mockImplementation(async () => {
    const [full, preview] = [new Uint8Array(3000).fill(7).buffer, new Uint8Array(200).fill(8).buffer]
    const hashes = { sha256: await sha256(full), preview_sha256: await sha256(preview) }
    return { full, preview, ...hashes, width: 1600, height: 1200 }
  })
})

/** Deep: each write fails in every way. Otherwise each in one, the next write in the next way. */
const ALL = process.env['XUNFANG_FAULTS'] === 'all'
const ERRORS = ['QuotaExceededError', 'UnknownError', 'AbortError']
const WAYS = (['request', 'commit'] as const).flatMap((at) => ERRORS.map((fails) => ({ fails, at })))

/** Brings a fault about at each write in turn, until a life has no write of that number. */
async function each(faultsAt: (write: number) => Fault[]): Promise<number> {
  for (let write = 1; ; write++) {
    for (const fault of faultsAt(write)) {
      const { struck } = await livesThrough(fault).catch((problem: unknown) => {
        throw new Error(`with ${JSON.stringify(fault)}`, { cause: problem })
      })
      if (!struck) return write - 1
    }
  }
}

const MINUTES = 60_000

test('a life without a fault has so many writes', async () => {
  const { life, writes, struck } = await livesThrough(null)
  expect(writes).toBeGreaterThan(60)
  expect([struck, life.deaths, life.refusals]).toEqual([false, 0, 0])
})

test(
  'a write that fails is told or made good; nothing is missing, nothing is doubled, all is sent',
  async () => {
    const ways = (write: number) => (ALL ? WAYS : [WAYS[write % WAYS.length] ?? WAYS[0]])
    const of = (write: number) => ways(write).map((way) => ({ write, ...way }) as Fault)
    expect(await each(of)).toBeGreaterThan(60)
  },
  5 * MINUTES,
)

test.each(['before', 'after'] as const)(
  'a page that dies %s a write shows all that it said was saved, and nothing is doubled',
  async (dies) => {
    expect(await each((write) => [{ write, dies }])).toBeGreaterThan(60)
  },
  5 * MINUTES,
)
