// @vitest-environment happy-dom
import { act } from 'preact/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { cameraOf, openCamera } from '../../../pwa/src/camera/lens.ts'
import { type Lens, useLens } from '../../../pwa/src/camera/useLens.ts'
import { Seen } from '../desk/office.ts'

vi.mock('../../../pwa/src/camera/lens.ts', async (original) => ({ ...(await original()), openCamera: vi.fn() }))

const seen = new Seen()

afterEach(() => seen.clear())

const cameraWith = (id: string) =>
  cameraOf({ id, getTracks: () => [], getVideoTracks: () => [] } as unknown as MediaStream)

test('a camera that is given late, after another was, does not take that one’s picture away', async () => {
  const given: ((camera: ReturnType<typeof cameraWith>) => void)[] = []
  vi.mocked(openCamera).mockImplementation(() => new Promise((give) => given.push(give)))
  const shown = { srcObject: null as MediaStream | null, play: async () => undefined }
  const video = { current: shown as unknown as HTMLVideoElement }
  let lens: Lens = 'opening'
  const Finder = () => {
    lens = useLens(video, 0)
    return null
  }
  seen.draw(<Finder />)
  // away and back while the person is asked for the camera
  act(() => {
    document.dispatchEvent(new Event('visibilitychange'))
  })
  const [first, second] = given
  const [late, now] = [cameraWith('late'), cameraWith('now')]
  second?.(now)
  await seen.until(() => lens === now)
  await act(async () => first?.(late))
  expect(shown.srcObject).toBe(now.stream)
  seen.clear()
  expect(shown.srcObject).toBeNull()
})
