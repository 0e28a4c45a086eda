/** Makes of a picture what is kept: a JPEG of at most 350 KB, a preview of at most 25 KB, and the SHA-256 of both. */

import { sha256 } from '../core/sha256.ts'

export interface Developed {
  full: ArrayBuffer
  preview: ArrayBuffer
  sha256: string
  preview_sha256: string
  width: number
  height: number
}

/** A surface to draw on; `OffscreenCanvas` in a worker, an element on the page. */
export interface Canvas {
  draw: (image: ImageBitmap, width: number, height: number) => void
  jpeg: (quality: number) => Promise<Blob>
}

/** The picture could not be read as an image. */
export class NotAnImage extends Error {
  override name = 'NotAnImage'
}

interface Target {
  edges: readonly number[]
  qualities: readonly number[]
  bytes: number
}

const FULL: Target = { edges: [1600, 1280, 1024], qualities: [0.8, 0.7, 0.6, 0.5, 0.4], bytes: 350_000 }
const PREVIEW: Target = { edges: [480, 360, 240], qualities: [0.6, 0.45, 0.3], bytes: 25_000 }

/** Width and height with the longer edge at most `edge`; a small picture is not blown up. */
export function fitted(width: number, height: number, edge: number): [number, number] {
  const scale = Math.min(1, edge / Math.max(width, height))
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
}

interface Shrunk {
  data: ArrayBuffer
  width: number
  height: number
}

/** Lowers quality, then size, until the target is met; the smallest attempt if none meets it. */
async function shrink(image: ImageBitmap, canvas: Canvas, target: Target): Promise<Shrunk> {
  let best: Shrunk | null = null
  for (const edge of target.edges) {
    const [width, height] = fitted(image.width, image.height, edge)
    canvas.draw(image, width, height)
    for (const quality of target.qualities) {
      const data = await (await canvas.jpeg(quality)).arrayBuffer()
      best = { data, width, height }
      if (data.byteLength <= target.bytes) return best
    }
  }
  if (!best) throw new NotAnImage('the picture has no size')
  return best
}

/** A file of a camera or gallery, or a frame of a running camera. */
export type Picture = Blob | ImageBitmap

const opened = (picture: Picture): Promise<ImageBitmap> =>
  picture instanceof Blob
    ? createImageBitmap(picture).catch(() => {
        throw new NotAnImage('the file is not a picture this browser reads')
      })
    : Promise.resolve(picture)

/** The picture at the size it is kept in: one of 12 megapixels takes 48 MB, and is let go of at once. */
async function reduced(picture: Picture): Promise<ImageBitmap> {
  const image = await opened(picture)
  const [resizeWidth, resizeHeight] = fitted(image.width, image.height, Math.max(...FULL.edges))
  if (resizeWidth === image.width && resizeHeight === image.height) return image
  try {
    return await createImageBitmap(image, { resizeWidth, resizeHeight, resizeQuality: 'medium' })
  } finally {
    image.close()
  }
}

/**
 * Develops one picture, which is used up by it; rejects with `NotAnImage` if it cannot be read. EXIF turns are applied,
 * EXIF is gone.
 */
export async function develop(picture: Picture, canvas: () => Canvas): Promise<Developed> {
  const image = await reduced(picture)
  try {
    const full = await shrink(image, canvas(), FULL)
    const preview = await shrink(image, canvas(), PREVIEW)
    return {
      full: full.data,
      preview: preview.data,
      sha256: await sha256(full.data),
      preview_sha256: await sha256(preview.data),
      width: full.width,
      height: full.height,
    }
  } finally {
    image.close()
  }
}
