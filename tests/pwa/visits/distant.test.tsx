import { afterEach, expect, test, vi } from 'vitest'
import { useDistant } from '../../../pwa/src/visits/distant.ts'
import { json, Office, Seen } from '../desk/office.ts'
import { phoneOf, rowFrom } from '../phone.ts'

const VISIT = '018f4d1e-7c00-7000-8000-0000000000a1'
const photo = (id: string, more: object) =>
  rowFrom('photo', id, 5, { of: { type: 'visit', id: VISIT }, taken_at: 1, stored_at: 2, ...more })

function Photos() {
  const found = useDistant(VISIT, true)
  return <p>{typeof found === 'object' ? found.view.photos.map(({ photo }) => photo.id).join() : '…'}</p>
}

afterEach(() => vi.unstubAllGlobals())

test('an old visit of who was forgotten shows no pictures that are no longer there', async () => {
  await phoneOf()
  const rows = {
    visit: [rowFrom('visit', VISIT, 5, { branch: 'b', kind: 'visit', started_at: 1, status: 'closed' })],
    photo: [photo('kept', {}), photo('erased', { erased_at: 3 })],
  }
  new Office().open().on(`GET /api/visits/${VISIT}`, () => json({ rows }))
  const seen = new Seen()
  seen.draw(<Photos />)
  await seen.until(() => seen.text !== '…')
  expect(seen.text).toBe('kept')
  seen.clear()
})
