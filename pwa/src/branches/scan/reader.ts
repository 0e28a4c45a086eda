/** Finds QR codes in pictures: the browser's own detector where it reads QR codes, else WebAssembly from our server. */

/** The text of a code in the picture, if one is there. */
export type Reader = (picture: HTMLVideoElement) => Promise<string | null>

interface Detector {
  detect: (picture: HTMLVideoElement) => Promise<{ rawValue: string }[]>
}
interface DetectorClass {
  new (wanted: { formats: string[] }): Detector
  getSupportedFormats: () => Promise<string[]>
}

/** Longer edges only cost time: a label fills a good part of the picture. */
const LONGEST_EDGE = 960

async function nativeReader(): Promise<Reader | null> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass }
  const formats = await BarcodeDetector?.getSupportedFormats().catch(() => null)
  if (!BarcodeDetector || !formats?.includes('qr_code')) return null
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  return async (video) => (await detector.detect(video))[0]?.rawValue || null
}

function frame(video: HTMLVideoElement, canvas: HTMLCanvasElement): ImageData | null {
  const scale = Math.min(1, LONGEST_EDGE / Math.max(video.videoWidth, video.videoHeight))
  canvas.width = Math.round(video.videoWidth * scale)
  canvas.height = Math.round(video.videoHeight * scale)
  const drawing = canvas.getContext('2d', { willReadFrequently: true })
  if (!drawing || canvas.width === 0) return null
  drawing.drawImage(video, 0, 0, canvas.width, canvas.height)
  return drawing.getImageData(0, 0, canvas.width, canvas.height)
}

async function wasmReader(): Promise<Reader> {
  const { readText } = await import('./zxing.ts')
  const canvas = document.createElement('canvas')
  return async (video) => {
    const picture = frame(video, canvas)
    return picture && readText(picture)
  }
}

/** A reader for this phone. One that has a detector which always fails, as without Google's services, gets the other. */
export async function openReader(): Promise<Reader> {
  const native = await nativeReader()
  if (!native) return wasmReader()
  let other: Promise<Reader> | undefined
  return async (video) => {
    if (other) return (await other)(video)
    try {
      return await native(video)
    } catch {
      other = wasmReader()
      return null
    }
  }
}
