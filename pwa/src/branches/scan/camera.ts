/** The camera at the back: its picture in a video element, its light, and why there is none. */

/** `insecure`: the browser gives no camera to a page without HTTPS. */
export type Trouble = 'denied' | 'none' | 'busy' | 'insecure'

export interface Camera {
  stream: MediaStream
  /** Switches the light; absent where there is none. */
  light?: (on: boolean) => Promise<void>
  stop: () => void
}

const WANTED: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
}
const TROUBLES: Record<string, Trouble> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

/** Opens the camera, which asks the person the first time. Never throws. */
export async function openCamera(): Promise<Camera | Trouble> {
  if (!navigator.mediaDevices?.getUserMedia) return isSecureContext ? 'none' : 'insecure'
  try {
    return cameraOf(await navigator.mediaDevices.getUserMedia(WANTED))
  } catch (problem) {
    return TROUBLES[problem instanceof Error ? problem.name : ''] ?? 'none'
  }
}

function cameraOf(stream: MediaStream): Camera {
  const stop = () => {
    for (const track of stream.getTracks()) track.stop()
  }
  const track = stream.getVideoTracks()[0]
  // `torch` is not among the types of the standard yet
  const able = track?.getCapabilities?.() as (MediaTrackCapabilities & { torch?: boolean }) | undefined
  if (!track || !able?.torch) return { stream, stop }
  const light = (on: boolean) => track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] })
  return { stream, stop, light }
}
