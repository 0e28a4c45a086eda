import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

test('a desk that is printed stays a desk: paper is narrow, and takes no screen away', async () => {
  const room = Object.assign(new EventTarget(), { matches: true })
  const paper = { matches: false }
  vi.stubGlobal('matchMedia', (query: string) => (query === 'print' ? paper : room))
  const { wide } = await import('../../../pwa/src/shell/wide.ts')
  expect(wide.value).toBe(true)
  paper.matches = true
  room.matches = false
  room.dispatchEvent(new Event('change'))
  expect(wide.value).toBe(true)
  paper.matches = false
  room.dispatchEvent(new Event('change'))
  expect(wide.value).toBe(false)
})
