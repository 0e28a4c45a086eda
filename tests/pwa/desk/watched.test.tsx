import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BranchPanel } from '../../../pwa/src/desk/BranchPanel.tsx'
import { DevicePanel } from '../../../pwa/src/desk/DevicePanel.tsx'
import { wide } from '../../../pwa/src/shell/wide.ts'
import { at, json, Office, Seen } from './office.ts'
import { branch, device } from './rows.ts'

let office: Office
let seen: Seen
const stay = () => {}

beforeEach(() => {
  office = new Office().open()
  seen = new Seen()
  wide.value = true
  at('/desk/devices/31')
})

afterEach(() => {
  seen.clear()
  vi.unstubAllGlobals()
})

test('a phone that has emptied itself meanwhile is seen to have done so while its panel is open', async () => {
  const lost = { state: 'revoked', revoked_at: 1, wipe: 'asked' } as const
  office.on('GET /api/devices/31', () => json(device(31, lost)))
  seen.draw(<DevicePanel id="31" onClose={stay} />)
  await seen.until(() => seen.text.includes('放弃没发出的'))
  office.on('GET /api/devices/31', () => json(device(31, { ...lost, wipe: null, wiped_at: 2 })))
  dispatchEvent(new Event('online'))
  await seen.until(() => !seen.text.includes('放弃没发出的'))
})

test('what somebody may be typing into is not asked for again', async () => {
  const listens = vi.spyOn(globalThis, 'addEventListener')
  office.on('GET /api/branches/7', () => json(branch('7')))
  seen.draw(<BranchPanel id="7" onClose={stay} />)
  await seen.until(() => seen.text.includes('7支局'))
  expect(listens.mock.calls.map(([name]) => name)).not.toContain('online')
  listens.mockRestore()
})
