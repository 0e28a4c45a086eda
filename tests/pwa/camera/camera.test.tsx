// @vitest-environment happy-dom
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Camera } from '../../../pwa/src/camera/Camera.tsx'
import { say } from '../../../pwa/src/camera/say.ts'
import type { Target } from '../../../pwa/src/camera/target.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { deviceKey } from '../../../pwa/src/photos/proof/key.ts'
import { Seen } from '../desk/office.ts'
import { phoneOf } from '../phone.ts'

let store: Store
let seen: Seen

beforeEach(async () => {
  // without HTTPS a page is given no lens: pictures are chosen
  vi.stubGlobal('isSecureContext', false)
  store = await phoneOf()
  seen = new Seen()
})

afterEach(() => {
  seen.clear()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const targetOf = (spot: string): Target => ({ spot, what: spot, photos: [], add: async () => undefined })
const open = (...targets: Target[]) =>
  seen.draw(<Camera targets={targets} at={0} onMove={() => undefined} onClose={() => undefined} />)

/** Chooses a picture from the gallery. */
function choose(): void {
  const [input] = seen.all('input[type=file]') as HTMLInputElement[]
  if (!input) throw new Error('nothing to choose with')
  Object.defineProperty(input, 'files', { value: [new File(['x'], 'a.jpg')], configurable: true })
  act(() => {
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })
}

test('that a photo was saved is said also where it does not stay in sight, as with a comment', async () => {
  open(targetOf('k'))
  await seen.until(() => seen.all('.cam-row button:not([disabled])').length > 2)
  choose()
  await seen.until(() => seen.text.includes(say('saved', { n: 1 })))
  choose()
  await seen.until(() => seen.text.includes(say('saved', { n: 2 })))
})

test('closed while the note of what is expected was still being written, nothing of it is left on disk', async () => {
  // the camera would write one into the same table
  await deviceKey(store.outbox)
  const { meta } = store.outbox
  const put = meta.put.bind(meta)
  let write = () => {}
  const written = new Promise<string>((done) => {
    const held = new Promise<void>((go) => {
      write = go
    })
    const late = async (value: unknown, key?: string) => {
      await held
      const kept = await put(value, key)
      done(kept)
      return kept
    }
    vi.spyOn(meta, 'put').mockImplementation(late as typeof meta.put)
  })
  open(targetOf('k'))
  await seen.until(() => vi.mocked(meta.put).mock.calls.length === 1)
  seen.clear()
  write()
  await written
  await vi.waitFor(async () => expect(await meta.where(':id').startsWith('expected').count()).toBe(0))
})
