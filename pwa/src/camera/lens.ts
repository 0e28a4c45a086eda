/** The camera at the back: its picture in a video element, its light and zoom, and why there is none. */

import { mayOpenCamera } from './may.ts'

/** `insecure`: the browser gives no camera to a page without HTTPS. */
export type Trouble = 'denied' | 'none' | 'busy' | 'insecure'

export interface Zoom {
  min: number
  max: number
  step: number
  now: number
  set: (to: number) => Promise<void>
}

export interface Camera {
  stream: MediaStream
  /** Switches the light; absent where there is none. */
  light?: (on: boolean) => Promise<void>
  /** Absent where the lens has none. */
  zoom?: Zoom
  stop: () => void
}

/** What the light and the zoom are called: they are not among the types of the standard yet. */
interface Able extends MediaTrackCapabilities {
  torch?: boolean
  zoom?: { min: number; max: number; step?: number }
}
type Wish = MediaTrackConstraintSet & { torch?: boolean; zoom?: number | boolean }

/** Enough to read a code by. */
const TO_READ: Wish = { width: { ideal: 1280 }, height: { ideal: 720 } }
/** A frame already has the size a picture is kept in; the zoom is only given to who asks for it. */
export const TO_KEEP: Wish = { width: { ideal: 1920 }, height: { ideal: 1440 }, zoom: true }

const TROUBLES: Record<string, Trouble> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

/** Opens the camera, which asks the person the first time. Never throws. */
export async function openCamera(wish: Wish = TO_READ): Promise<Camera | Trouble> {
  if (!mayOpenCamera()) return isSecureContext ? 'none' : 'insecure'
  try {
    const video: Wish = { facingMode: { ideal: 'environment' }, ...wish }
    return cameraOf(await navigator.mediaDevices.getUserMedia({ audio: false, video }))
  } catch (problem) {
    return TROUBLES[problem instanceof Error ? problem.name : ''] ?? 'none'
  }
}

/** What the lens of a stream can do. */
export function cameraOf(stream: MediaStream): Camera {
  const stop = () => {
    for (const track of stream.getTracks()) track.stop()
  }
  const track = stream.getVideoTracks()[0]
  const able = track?.getCapabilities?.() as Able | undefined
  if (!track || !able) return { stream, stop }
  const ask = (wish: Wish) => track.applyConstraints({ advanced: [wish] })
  const { torch, zoom } = able
  const now = (track.getSettings?.() as { zoom?: number } | undefined)?.zoom
  return {
    stream,
    stop,
    ...(torch && { light: (on: boolean) => ask({ torch: on }) }),
    ...(zoom && zoom.max > zoom.min && { zoom: zoomOf(zoom, now ?? zoom.min, (to) => ask({ zoom: to })) }),
  }
}

function zoomOf({ min, max, step }: NonNullable<Able['zoom']>, now: number, set: Zoom['set']): Zoom {
  return { min, max, step: step || (max - min) / 20, now, set }
}
