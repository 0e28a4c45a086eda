import { useEffect, useRef, useState } from 'preact/hooks'
import { type Camera, openCamera, type Trouble } from '../../camera/lens.ts'
import { openReader, type Reader } from './reader.ts'

/** `unread`: the reader could not be fetched. */
export type Finder = 'opening' | 'looking' | 'unread' | Trouble

/** Between two looks the phone draws and answers taps. */
const REST = 120

interface Scan {
  finder: Finder
  light: Camera['light']
}

/** Shows the camera in a video element and tells each new code it sees; the camera stops with the screen, and while
 * the app is not looked at. `attempt`: begins anew when it changes. */
export function useScan(
  video: { current: HTMLVideoElement | null },
  attempt: number,
  tell: (text: string) => void,
): Scan {
  const [scan, setScan] = useState<Scan>({ finder: 'opening', light: undefined })
  const told = useRef(tell)
  told.current = tell
  useEffect(() => {
    let ended = new AbortController()
    const begin = () => {
      ended = new AbortController()
      void look(video, ended.signal, setScan, (text) => told.current(text))
    }
    const seen = () => {
      ended.abort()
      if (document.visibilityState === 'visible') begin()
    }
    begin()
    document.addEventListener('visibilitychange', seen)
    return () => {
      document.removeEventListener('visibilitychange', seen)
      ended.abort()
    }
  }, [attempt])
  return scan
}

async function look(
  video: { current: HTMLVideoElement | null },
  ended: AbortSignal,
  show: (scan: Scan) => void,
  tell: (text: string) => void,
): Promise<void> {
  show({ finder: 'opening', light: undefined })
  const camera = await openCamera()
  if (typeof camera === 'string') {
    if (!ended.aborted) show({ finder: camera, light: undefined })
    return
  }
  ended.addEventListener('abort', camera.stop)
  if (ended.aborted || !video.current) return camera.stop()
  video.current.srcObject = camera.stream
  await video.current.play().catch(() => undefined)
  const reader = await openReader().catch(() => null)
  if (ended.aborted) return
  if (!reader) {
    camera.stop()
    return show({ finder: 'unread', light: undefined })
  }
  show({ finder: 'looking', light: camera.light })
  await watch(video.current, reader, ended, tell)
}

/** The same code again is told again only after another one, or none for a while, was seen. */
async function watch(video: HTMLVideoElement, reader: Reader, ended: AbortSignal, tell: (text: string) => void) {
  let last: string | null = null
  let empty = 0
  while (!ended.aborted) {
    const text = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await reader(video).catch(() => null) : null
    if (ended.aborted) return
    if (text !== null && text !== last) tell(text)
    empty = text === null ? empty + 1 : 0
    if (text !== null || empty > 10) last = text
    await new Promise((done) => setTimeout(done, REST))
  }
}
