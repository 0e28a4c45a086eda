// @vitest-environment happy-dom
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { here } from '../../../pwa/src/branches/here.ts'
import { Camera } from '../../../pwa/src/camera/Camera.tsx'
import { PlaceWatch, timeOf } from '../../../pwa/src/camera/place.ts'
import { say } from '../../../pwa/src/camera/say.ts'
import { whereabouts } from '../../../pwa/src/camera/Where.tsx'
import type { Position } from '../../../pwa/src/contract/records.ts'
import { store } from '../../../pwa/src/database/open.ts'
import { type How, placed } from '../../../pwa/src/photos/adding.ts'
import { Seen } from '../desk/office.ts'
import { phoneOf } from '../phone.ts'

const NOW = 1_760_000_000_000
const HOME = { lat: 30, lon: 120 }
const FIX: Position = { lat: 30.0001, lon: 120, accuracy: 8, at: NOW - 500 }

/** A browser with a position to give, and a person who allows it or not. */
class Browser {
  readonly permission = Object.assign(new EventTarget(), { state: 'prompt' as PermissionState })
  readonly watchPosition = vi.fn((found: PositionCallback, failed: PositionErrorCallback) => {
    this.found = found
    this.failed = failed
    return 7
  })
  readonly clearWatch = vi.fn()
  readonly getCurrentPosition = vi.fn()
  private found: PositionCallback = () => undefined
  private failed: PositionErrorCallback = () => undefined

  constructor(state: PermissionState) {
    this.permission.state = state
    vi.stubGlobal('isSecureContext', true)
    Object.defineProperty(navigator, 'geolocation', { value: this, configurable: true })
    Object.defineProperty(navigator, 'permissions', {
      value: { query: async () => this.permission },
      configurable: true,
    })
  }

  answer(state: PermissionState): void {
    this.permission.state = state
    this.permission.dispatchEvent(new Event('change'))
  }

  tell({ lat, lon, accuracy, at }: Position): void {
    this.found({ coords: { latitude: lat, longitude: lon, accuracy }, timestamp: at } as GeolocationPosition)
  }

  fail(code: 1 | 2 | 3): void {
    this.failed({ code, PERMISSION_DENIED: 1 } as GeolocationPositionError)
  }
}

let seen: Seen

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date', 'setInterval', 'clearInterval'] })
  here.value = 'unasked'
  await phoneOf()
  seen = new Seen()
})

afterEach(() => {
  seen.clear()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  for (const name of ['geolocation', 'permissions', 'mediaDevices']) Reflect.deleteProperty(navigator, name)
})

async function watched(state: PermissionState): Promise<[Browser, PlaceWatch, string[]]> {
  const browser = new Browser(state)
  const said: string[] = []
  const watch = new PlaceWatch(({ whether }) => said.push(whether))
  await watch.begin()
  return [browser, watch, said]
}

test('where it was allowed before, the newest fix is had with its own time and accuracy', async () => {
  const [browser, watch, said] = await watched('granted')
  expect(watch.fix).toBeNull()
  browser.tell({ ...FIX, at: NOW - 9000 })
  browser.tell({ ...FIX, accuracy: 8.4 })
  browser.tell({ ...FIX, accuracy: Number.POSITIVE_INFINITY })
  browser.tell({ ...FIX, lat: Number.NaN })
  expect(watch.fix).toEqual(FIX)
  expect(said).toEqual(['looking', 'found', 'found'])
  watch.end()
  expect(browser.clearWatch).toHaveBeenCalledWith(7)
})

test('nobody is asked by the opening of the camera; once asked, the answer counts', async () => {
  const [browser, watch, said] = await watched('prompt')
  expect(browser.watchPosition).not.toHaveBeenCalled()
  watch.look()
  browser.fail(1)
  expect(said).toEqual(['unasked', 'looking', 'unasked'])
  watch.look()
  browser.answer('denied')
  browser.fail(1)
  expect(said.slice(3)).toEqual(['looking', 'denied', 'denied'])
  browser.answer('granted')
  browser.tell(FIX)
  expect(watch.fix).toEqual(FIX)
})

test('who forbids it is not placed by what was known before', async () => {
  here.value = FIX
  const [browser, watch] = await watched('granted')
  expect(watch.fix).toEqual(FIX)
  browser.answer('denied')
  expect(watch.fix).toBeNull()
})

test('a phone that gives no fix for a while keeps the last one, and is asked when it has been silent', async () => {
  const [browser, watch, said] = await watched('granted')
  browser.fail(3)
  expect(said.at(-1)).toBe('none')
  browser.tell(FIX)
  browser.fail(2)
  expect(said.at(-1)).toBe('found')
  expect(watch.fix).toEqual(FIX)
  vi.advanceTimersByTime(31_000)
  expect(browser.getCurrentPosition).toHaveBeenCalledTimes(1)
  watch.end()
  vi.advanceTimersByTime(90_000)
  expect(browser.getCurrentPosition).toHaveBeenCalledTimes(1)
})

test('a fix is as old as it is, whichever clock is wrong', () => {
  expect(timeOf(NOW - 700.4, 0, NOW)).toBe(NOW - 700)
  // fast by ten minutes: satellites tell the true time, which looks ten minutes old
  expect(timeOf(NOW - 600_000, -600_000, NOW)).toBe(NOW)
  // slow by ten minutes: the true time would lie in the future
  expect(timeOf(NOW + 600_000, 600_000, NOW)).toBe(NOW)
  expect(timeOf(NOW - 700, 600_000, NOW)).toBe(NOW - 700)
  // and a true time that is old by itself
  expect(timeOf(NOW + 360_000, 600_000, NOW)).toBe(NOW - 240_000)
})

test('an old fix does not pass for one of now where the phone’s clock is off, nor is any newer than its coming', () => {
  // fast by ten minutes: what the browser read by this clock five minutes ago
  expect(timeOf(NOW - 300_000, -600_000, NOW)).toBe(NOW - 300_000)
  // slow by ten
  expect(timeOf(NOW - 300_000, 600_000, NOW)).toBe(NOW - 300_000)
  // fast by an hour, a satellite’s time of fifteen minutes ago: not to be told apart, and taken for the older
  expect(timeOf(NOW - 4_500_000, -3_600_000, NOW)).toBe(NOW - 4_500_000)
  expect(timeOf(NOW + 400, 0, NOW)).toBe(NOW)
  expect(timeOf(NOW + 90_000, -600_000, NOW)).toBe(NOW)
})

test('a fix that is told again keeps its time', async () => {
  const { cache } = store()
  await cache.state.put({ ...(await cache.syncState()), clock_offset: -600_000 }, 'sync')
  const [browser, watch] = await watched('granted')
  browser.tell({ ...FIX, at: NOW - 600_000 })
  expect(watch.fix?.at).toBe(NOW)
  vi.advanceTimersByTime(14_000)
  browser.tell({ ...FIX, at: NOW - 600_000 })
  expect(watch.fix?.at).toBe(NOW)
})

test('the top line tells the distance, and what will be noted', () => {
  const told = (fix: Position | null, home: typeof HOME | null = HOME) => {
    const { text, odd } = whereabouts({ whether: fix ? 'found' : 'none', fix }, home, NOW)
    return [text, odd]
  }
  expect(told(FIX)).toEqual(['距网点 11 米，误差 ±8 米', false])
  expect(told(FIX, null)).toEqual(['位置已定，误差 ±8 米', false])
  expect(told({ ...FIX, lat: 30.018 })).toEqual(['距网点 2.0 公里（±8 米），照片会注明', true])
  expect(told({ ...FIX, lat: 30.018, accuracy: 1900 })).toEqual(['距网点 2.0 公里，误差 ±1.9 公里', false])
  expect(told({ ...FIX, at: NOW - 300_000 })).toEqual(['位置是 5 分钟前的，照片会注明', true])
  expect(told(null)).toEqual(['没有位置，照片会注明', false])
})

const open = (add: (picture: unknown, how: How) => Promise<unknown> = async () => undefined) =>
  seen.draw(
    <Camera
      targets={[{ spot: 'k', what: 'k', photos: [], add }]}
      at={0}
      home={HOME}
      onMove={() => undefined}
      onClose={() => undefined}
    />,
  )

function choose(input: Element | undefined): void {
  if (!(input instanceof HTMLInputElement)) throw new Error('nothing to choose with')
  Object.defineProperty(input, 'files', { value: [new File(['x'], 'a.jpg')], configurable: true })
  act(() => {
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })
}

test('a photo of the phone’s own camera says where; one out of the gallery was not taken here', async () => {
  const browser = new Browser('granted')
  const hows: How[] = []
  open(async (_, how) => hows.push(how))
  await seen.until(() => browser.watchPosition.mock.calls.length > 0)
  act(() => browser.tell(FIX))
  expect(seen.text).toContain('距网点 11 米')
  await seen.until(() => seen.all('.cam-row button:not([disabled])').length > 2)
  const inputs = seen.all('input[type=file]')
  choose(inputs.find((one) => one.hasAttribute('capture')))
  await seen.until(() => hows.length === 1)
  expect(hows[0]).toMatchObject({ source: 'camera', position: FIX, taken_at: expect.any(Number) })
  await seen.until(() => seen.text.includes(say('saved', { n: 1 })))
  choose(inputs.find((one) => !one.hasAttribute('capture')))
  await seen.until(() => hows.length === 2)
  expect(hows[1]).toMatchObject({ source: 'gallery', position: null })
})

test('without a position photos are taken all the same', async () => {
  new Browser('denied')
  const hows: How[] = []
  open(async (_, how) => hows.push(how))
  await seen.until(() => seen.text.includes(say('noPlace')))
  await seen.until(() => seen.all('.cam-row button:not([disabled])').length > 2)
  choose(seen.all('input[type=file]').find((one) => one.hasAttribute('capture')))
  await seen.until(() => hows.length === 1)
  expect(hows[0]).toMatchObject({ source: 'camera', position: null })
})

/** A lens that shows nothing. */
function lens(): void {
  const none = (): MediaStreamTrack[] => []
  const stream = Object.assign(new MediaStream(), { getTracks: none, getVideoTracks: none })
  Object.defineProperty(navigator, 'mediaDevices', {
    value: { getUserMedia: async () => stream },
    configurable: true,
  })
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue(undefined)
}

test('the camera asks for the position in a sentence; what was answered is not asked again, nor told again', async () => {
  const browser = new Browser('prompt')
  lens()
  open()
  await seen.until(() => seen.text.includes(say('placeWhy')))
  const press = (word: string) =>
    act(() =>
      seen
        .all('button')
        .find((one) => one.textContent === word)
        ?.click(),
    )
  press(say('allowPlace'))
  expect(browser.watchPosition).toHaveBeenCalledTimes(1)
  act(() => browser.answer('denied'))
  expect(seen.text).toContain(say('placeDenied'))
  press(say('placeRead'))
  expect(seen.text).not.toContain(say('placeDenied'))
  seen.clear()
  open()
  await seen.until(() => seen.text.includes(say('noPlace')))
  await seen.until(() => seen.all('.shutter[aria-disabled=false]').length === 1)
  expect(seen.text).not.toContain(say('placeDenied'))
})

test('where no camera of ours tells, the last known place is that of a photo, and of no picture of the gallery', () => {
  here.value = FIX
  expect(placed({ source: 'camera' }).position).toEqual(FIX)
  expect(placed({ source: 'camera', position: null }).position).toBeNull()
  expect(placed({ source: 'gallery' }).position).toBeNull()
})
