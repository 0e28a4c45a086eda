import { useEffect, useState } from 'preact/hooks'
import { type Camera, openCamera, TO_KEEP, type Trouble } from './lens.ts'

export type Lens = Camera | Trouble | 'opening'

export const isTrouble = (lens: Lens): lens is Trouble => typeof lens === 'string' && lens !== 'opening'

/**
 * Shows the camera in a video element. It stops with the screen and while the app is not looked at, so that a phone
 * with little memory has it for something else. `attempt`: begins anew when it changes.
 */
export function useLens(video: { current: HTMLVideoElement | null }, attempt: number): Lens {
  const [lens, setLens] = useState<Lens>('opening')
  useEffect(() => {
    let ended = new AbortController()
    const begin = () => {
      ended.abort()
      ended = new AbortController()
      setLens('opening')
      if (document.visibilityState === 'visible') void look(video, ended.signal, setLens)
    }
    const end = () => ended.abort()
    begin()
    document.addEventListener('visibilitychange', begin)
    addEventListener('pagehide', end)
    return () => {
      document.removeEventListener('visibilitychange', begin)
      removeEventListener('pagehide', end)
      end()
    }
  }, [attempt])
  return lens
}

async function look(
  video: { current: HTMLVideoElement | null },
  ended: AbortSignal,
  show: (lens: Lens) => void,
): Promise<void> {
  const camera = await openCamera(TO_KEEP)
  if (typeof camera === 'string') {
    if (!ended.aborted) show(camera)
    return
  }
  const shown = video.current
  const stop = () => {
    camera.stop()
    // a later look may have its own picture there already
    if (shown?.srcObject === camera.stream) shown.srcObject = null
  }
  ended.addEventListener('abort', stop)
  if (ended.aborted || !shown) return stop()
  shown.srcObject = camera.stream
  // another app has taken the camera, or it was pulled out
  camera.stream.getVideoTracks()[0]?.addEventListener('ended', () => ended.aborted || show('busy'))
  await shown.play().catch(() => undefined)
  if (!ended.aborted) show(camera)
}
