import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isDrafting } from '../../../pwa/src/worker/drafts.ts'
import { applyUpdate, registerWorker, updateReady, updateWaits } from '../../../pwa/src/worker/register.ts'

/** A browser's part in it, as far as it is asked for. */
class Browser extends EventTarget {
  readonly controller = {}
  readonly registration = Object.assign(new EventTarget(), { waiting: null, installing: null, update: async () => {} })
  readonly register = async () => this.registration
  readonly told = vi.fn()

  /** Another build was fetched. */
  async fetched(): Promise<void> {
    await vi.advanceTimersByTimeAsync(0)
    const next = Object.assign(new EventTarget(), { state: 'installed', postMessage: this.told })
    Object.assign(this.registration, { installing: next })
    this.registration.dispatchEvent(new Event('updatefound'))
    next.dispatchEvent(new Event('statechange'))
  }
}

let browser: Browser
let reload: ReturnType<typeof vi.fn>

beforeEach(() => {
  vi.useFakeTimers()
  browser = new Browser()
  reload = vi.fn()
  vi.stubGlobal('navigator', { serviceWorker: browser })
  vi.stubGlobal('location', { reload })
  updateReady.value = false
  document.body.innerHTML =
    '<div data-kept><textarea id="note"></textarea></div><input id="name"><input type="search"><input enterkeyhint="search"><input autocomplete="username">'
  registerWorker()
})

afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const field = (selector: string) => document.querySelector(selector) as HTMLInputElement

function write(selector: string, words: string): void {
  const one = field(selector)
  one.focus()
  one.value = words
  one.dispatchEvent(new Event('input', { bubbles: true }))
}

const later = () => vi.advanceTimersByTimeAsync(2_000)

test('a new build is offered at once where nothing is being written', async () => {
  await browser.fetched()
  expect(updateReady.value).toBe(true)
  expect(browser.told).not.toHaveBeenCalled()
})

test('a note being written is a draft until the field is left: then the new build offers itself', async () => {
  write('#note', '柜台')
  await browser.fetched()
  await later()
  expect(updateReady.value).toBe(false)
  field('#note').blur()
  await later()
  expect(updateReady.value).toBe(true)
})

test.each([
  ['is emptied', () => write('#name', '')],
  ['is closed with its form', () => field('#name').remove()],
])('words of a form are a draft, left or not, until it %s', async (_, end) => {
  write('#name', '青石桥')
  field('#name').blur()
  await browser.fetched()
  await later()
  expect(updateReady.value).toBe(false)
  end()
  await later()
  expect(updateReady.value).toBe(true)
})

test.each(['[type=search]', '[enterkeyhint=search]', '[autocomplete=username]'])(
  'what is searched for, and who signs in, is no draft: %s',
  (selector) => {
    write(selector, '青石')
    expect(isDrafting()).toBe(false)
  },
)

test('a note that is being emptied is a draft until it is left: else the old words come back', async () => {
  write('#note', '柜台')
  write('#note', '')
  await browser.fetched()
  await later()
  expect(updateReady.value).toBe(false)
  field('#note').blur()
  await later()
  expect(updateReady.value).toBe(true)
})

test('however often the new build is asked for while something is written, it is told once', async () => {
  await browser.fetched()
  write('#name', '青')
  const timers = vi.getTimerCount()
  for (let taps = 0; taps < 3; taps++) applyUpdate()
  expect(vi.getTimerCount()).toBe(timers + 1)
  field('#name').remove()
  await later()
  expect(browser.told).toHaveBeenCalledOnce()
})

test('fields of closed screens are let go', () => {
  const kept = vi.spyOn(Set.prototype, 'add')
  write('#name', '青')
  const typed = kept.mock.contexts.find((set) => (set as Set<unknown>).has(field('#name'))) as Set<unknown>
  kept.mockRestore()
  field('#name').remove()
  write('#note', '柜台')
  expect([...typed]).toEqual([field('#note')])
})

test('words begun after the offer are waited for, and it says so', async () => {
  await browser.fetched()
  write('#name', '青')
  applyUpdate()
  await later()
  expect(browser.told).not.toHaveBeenCalled()
  expect(updateWaits.value).toBe(true)
  field('#name').remove()
  await later()
  expect(browser.told).toHaveBeenCalledWith('take over')
  expect(updateWaits.value).toBe(false)
})

test('another tab took the new build: this one comes along once nothing is being written in it', async () => {
  await browser.fetched()
  write('#name', '青')
  browser.dispatchEvent(new Event('controllerchange'))
  await later()
  expect(reload).not.toHaveBeenCalled()
  field('#name').remove()
  await later()
  expect(reload).toHaveBeenCalledOnce()
})
