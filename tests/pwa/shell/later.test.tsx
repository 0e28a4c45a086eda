// @vitest-environment happy-dom
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { later, piece } from '../../../pwa/src/shell/later.tsx'

let host: HTMLElement

beforeEach(() => {
  host = document.createElement('div')
})

afterEach(() => render(null, host))

test.each([
  ['a piece of a screen', piece],
  ['a screen', later],
])('%s that cannot be fetched says so, and comes when it is tried again', async (_, lazily) => {
  const load = vi.fn<() => Promise<() => preact.VNode>>()
  load.mockRejectedValueOnce(new TypeError('offline')).mockResolvedValue(() => <p>服务器没收</p>)
  const Part = lazily(load)
  await act(() => render(<Part />, host))
  await vi.waitFor(() => expect(host.textContent).toContain('还没有下载到手机上'))
  await act(() => host.querySelector<HTMLButtonElement>('.btn-line')?.click())
  await vi.waitFor(() => expect(host.textContent).toBe('服务器没收'))
  // once it is here it is drawn at once
  render(null, host)
  await act(() => render(<Part />, host))
  expect(host.textContent).toBe('服务器没收')
  expect(load).toHaveBeenCalledTimes(2)
})
