import { expect, test, vi } from 'vitest'
import { onSyncNow, syncNow } from '../../../pwa/src/sync/now.ts'

test('whoever syncs in this tab is asked once, until they stop', () => {
  const hear = vi.fn()
  const ended = new AbortController()
  onSyncNow(hear, ended.signal)
  syncNow()
  expect(hear).toHaveBeenCalledTimes(1)
  ended.abort()
  syncNow()
  expect(hear).toHaveBeenCalledTimes(1)
})

test('a tab that does not sync itself asks the one that does', async () => {
  vi.resetModules()
  const other = await import('../../../pwa/src/sync/now.ts')
  const hear = vi.fn()
  const ended = new AbortController()
  other.onSyncNow(hear, ended.signal)
  syncNow()
  await vi.waitFor(() => expect(hear).toHaveBeenCalledTimes(1), { timeout: 20_000 })
  ended.abort()
})
