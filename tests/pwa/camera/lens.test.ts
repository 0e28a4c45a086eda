// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'
import { cameraOf, openCamera, TO_KEEP } from '../../../pwa/src/camera/lens.ts'
import { still } from '../../../pwa/src/camera/still.ts'

afterEach(() => vi.unstubAllGlobals())

function streamOf(able: object, settings: object = {}) {
  const track = {
    getCapabilities: () => able,
    getSettings: () => settings,
    applyConstraints: vi.fn(async () => undefined),
    stop: vi.fn(),
  }
  return { track, stream: { getTracks: () => [track], getVideoTracks: () => [track] } as unknown as MediaStream }
}

test('light and zoom are there where the lens has them, and are asked for as the lens wants it', async () => {
  const { track, stream } = streamOf({ torch: true, zoom: { min: 1, max: 5, step: 0.5 } }, { zoom: 2 })
  const camera = cameraOf(stream)
  await camera.light?.(true)
  expect(camera.zoom).toMatchObject({ min: 1, max: 5, step: 0.5, now: 2 })
  await camera.zoom?.set(3)
  expect(track.applyConstraints.mock.calls).toEqual([[{ advanced: [{ torch: true }] }], [{ advanced: [{ zoom: 3 }] }]])
  camera.stop()
  expect(track.stop).toHaveBeenCalledOnce()
})

test('a lens with neither offers neither', () => {
  for (const able of [{}, { torch: false, zoom: { min: 1, max: 1 } }]) {
    const camera = cameraOf(streamOf(able).stream)
    expect(camera.light).toBeUndefined()
    expect(camera.zoom).toBeUndefined()
  }
})

test.each([
  ['NotAllowedError', 'denied'],
  ['NotReadableError', 'busy'],
  ['NotFoundError', 'none'],
])('%s is told as %s', async (name, trouble) => {
  const getUserMedia = vi.fn().mockRejectedValue(new DOMException('x', name))
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } })
  expect(await openCamera(TO_KEEP)).toBe(trouble)
  const [{ video }] = getUserMedia.mock.calls[0] as [{ video: object }]
  expect(video).toMatchObject({ facingMode: { ideal: 'environment' }, zoom: true })
})

test.each([
  [true, 'none'],
  [false, 'insecure'],
])('a page that is given no camera says why (secure: %s)', async (secure, trouble) => {
  vi.stubGlobal('navigator', {})
  vi.stubGlobal('isSecureContext', secure)
  expect(await openCamera()).toBe(trouble)
})

const film = (videoWidth: number, videoHeight: number) => ({ videoWidth, videoHeight }) as HTMLVideoElement

test('a film that is large enough is kept as it is seen; else the phone is asked, and its refusal costs nothing', async () => {
  const frame = { frame: true }
  vi.stubGlobal('createImageBitmap', async () => frame)
  const takePhoto = vi.fn(async () => new Blob(['large']))
  vi.stubGlobal(
    'ImageCapture',
    class {
      takePhoto = takePhoto
    },
  )
  const camera = cameraOf(streamOf({}).stream)
  expect(await still(camera, film(1920, 1440))).toBe(frame)
  expect(takePhoto).not.toHaveBeenCalled()
  expect(await still(camera, film(640, 480))).toBeInstanceOf(Blob)
  takePhoto.mockRejectedValueOnce(new Error('the lens is moving'))
  expect(await still(camera, film(640, 480))).toBe(frame)
})
