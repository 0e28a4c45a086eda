/** One picture from a running camera. */

import type { Picture } from '../photos/develop.ts'
import type { Camera } from './lens.ts'

/** A frame of so many pixels along its longer edge is as large as what is kept of a picture. */
const ENOUGH = 1600

/** So long a phone may take over a picture of its own, ms; some never come back. */
const PATIENCE = 4_000

interface Taker {
  takePhoto: () => Promise<Blob>
}
declare const ImageCapture: undefined | (new (track: MediaStreamTrack) => Taker)

const late = () => new Promise<never>((_, reject) => setTimeout(reject, PATIENCE, new Error('no picture came')))

/**
 * The frame that is seen: no picture of full size is ever in memory. Where the film is too small for that, the phone is
 * asked for a picture of its own. Rejects where the camera has stopped.
 */
export async function still({ stream }: Camera, video: HTMLVideoElement): Promise<Picture> {
  const track = stream.getVideoTracks()[0]
  const small = Math.max(video.videoWidth, video.videoHeight) < ENOUGH
  if (small && track && typeof ImageCapture === 'function') {
    const picture = await Promise.race([new ImageCapture(track).takePhoto(), late()]).catch(() => null)
    if (picture) return picture
  }
  return createImageBitmap(video)
}
