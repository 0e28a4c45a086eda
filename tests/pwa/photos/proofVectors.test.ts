/**
 * What a phone has signed, kept in a file that the server's tests believe too (tests/server/photos/test_proofs.py).
 * XUNFANG_WRITE=1 signs it anew.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import type { Photo } from '../../../pwa/src/contract/records.ts'
import { sha256 } from '../../../pwa/src/core/sha256.ts'
import { startInspection } from '../../../pwa/src/inspections/acts.ts'
import { addPhoto, type Taken } from '../../../pwa/src/photos/acts.ts'
import { developPhoto } from '../../../pwa/src/photos/darkroom.ts'
import { factsText } from '../../../pwa/src/photos/proof/facts.ts'
import { phoneOf } from '../phone.ts'

vi.mock('../../../pwa/src/photos/darkroom.ts', () => ({ developPhoto: vi.fn() }))

const FILE = new URL('../../server/photos/proofs.json', `file://${import.meta.filename}`)
const BRANCH = '01900000-0000-7000-8000-00000000b0b0'
const AT = 1_760_000_000_000

interface Vector {
  photo: string
  person: string
  branch: string
  record: Partial<Photo>
}

const SHOTS: Taken[] = [
  {
    source: 'camera',
    check: '“ENV”-1.a/é 台席',
    taken_at: AT,
    position: { lat: 30, lon: 106.551_234_567, accuracy: 7.5, at: AT },
  },
  {
    source: 'camera',
    check: 'ENV-1.b',
    taken_at: AT,
    position: { lat: -0.000_000_25, lon: -180, accuracy: 0, at: AT - 900 },
  },
  { source: 'gallery', taken_at: AT },
]

/** As a phone does it: two before it has heard of a server, one after. */
async function signed(): Promise<Vector[]> {
  const { outbox, cache, person } = await phoneOf()
  const [full, preview] = [new Uint8Array(3000).buffer, new Uint8Array(200).buffer]
  const hashes = { sha256: await sha256(full), preview_sha256: await sha256(preview) }
  vi.mocked(developPhoto).mockResolvedValue({ full, preview, ...hashes, width: 1600, height: 1200 })
  const inspection = await startInspection({ branch: BRANCH, standard: 's' })
  const vectors: Vector[] = []
  for (const [at, taken] of SHOTS.entries()) {
    if (at === SHOTS.length - 1) await cache.state.put({ clock_offset: -86_400_123, replied_at: AT }, 'sync')
    const photo = await addPhoto({ inspection, item: 'ENV-1' }, new Blob(['x']), taken)
    const change = await outbox.changes.filter(({ id }) => id === photo).first()
    const record = Object.fromEntries(Object.entries(change?.set ?? {}).map(([name, [value]]) => [name, value]))
    vectors.push({ photo, person, branch: BRANCH, record })
  }
  return vectors
}

test.runIf(process.env['XUNFANG_WRITE'])('the file is signed anew', async () => {
  writeFileSync(FILE, `${JSON.stringify(await signed(), null, 1)}\n`)
})

test('what was signed once is what would be signed now', async () => {
  const kept = JSON.parse(readFileSync(FILE, 'utf-8')) as Vector[]
  expect(kept).toHaveLength(SHOTS.length)
  for (const { record, photo, person, branch } of kept) {
    const { proof, ...told } = record as Photo
    expect(factsText(told, { photo, person, branch, app: 'unknown' })).toBe(proof?.text)
  }
  const now = (await signed()).map(({ record }) => Object.keys(JSON.parse(record.proof?.text ?? '{}')))
  expect(now).toEqual(kept.map(({ record }) => Object.keys(JSON.parse(record.proof?.text ?? '{}'))))
})
