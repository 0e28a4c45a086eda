/** A copy of a photo for others: what was drawn over it and its watermark burnt in, what is covered unreadable. */

import type { Mark } from '../contract/records.ts'
import { drawMarks } from '../markup/draw.ts'
import { bestBytes } from './bytes.ts'
import type { About } from './Facts.tsx'
import { stamp, trueTime } from './facts.ts'
import { say } from './say.ts'
import { type Laid, laidOut, letterSize, watermarkWords } from './watermark.ts'

/** `saved`: it lies among the downloads. `away`: there is nothing of the picture here, and no network. */
export type Exported = 'shared' | 'saved' | 'cancelled' | 'away' | 'failed'

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** More pixels than these are not held at once by a phone with little memory. */
const MOST_PIXELS = 12_600_000
const QUALITY = 0.88
const FAMILY =
  '"XF Dot", "PingFang SC", "HarmonyOS Sans SC", "MiSans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif'

/** The size a picture is held at. */
export function held(width: number, height: number): [number, number] {
  const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (width * height)))
  return [Math.max(1, Math.floor(width * scale)), Math.max(1, Math.floor(height * scale))]
}

async function opened(bytes: ArrayBuffer, { width, height }: About['photo']): Promise<ImageBitmap> {
  const picture = new Blob([bytes], { type: 'image/jpeg' })
  const [resizeWidth, resizeHeight] = held(width, height)
  if (resizeWidth === width) return createImageBitmap(picture)
  return createImageBitmap(picture, { resizeWidth, resizeHeight, resizeQuality: 'medium' })
}

function drawWatermark(ctx: Context, { band, size, lines }: Laid, width: number): void {
  ctx.fillStyle = 'rgba(11, 17, 14, 0.68)'
  ctx.fillRect(0, band.y, width, band.height)
  ctx.fillStyle = '#ffffff'
  ctx.textAlign = 'left'
  for (const { text, x, y, strong } of lines) {
    ctx.font = `${strong ? 600 : 400} ${size}px ${FAMILY}`
    ctx.fillText(text, x, y, width - 2 * x)
  }
}

interface Surface {
  ctx: Context
  jpeg: () => Promise<Blob | null>
  free: () => void
}

function surfaceOf(width: number, height: number): Surface {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const ctx = canvas.getContext('2d')
  if (!ctx) throw new Error('no drawing surface')
  const jpeg = () => new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
  // its memory is not given back before the next tidying else
  const free = () => {
    canvas.width = 0
  }
  return { ctx, jpeg, free }
}

/** The copy as a JPEG; nothing of what a camera wrote into the picture is in it. */
export async function copyOf(about: About, bytes: ArrayBuffer): Promise<Blob> {
  const image = await opened(bytes, about.photo)
  const { width, height } = image
  const { ctx, jpeg, free } = surfaceOf(width, height)
  try {
    ctx.drawImage(image, 0, 0)
    image.close()
    const marks: readonly Mark[] = about.photo.markup ?? []
    drawMarks(ctx, marks, width, height, { burnBlur: true })
    drawWatermark(ctx, laidOut(watermarkWords(about), width, height, letterSize(width, height)), width)
    const copy = await jpeg()
    if (!copy) throw new Error('the copy could not be made')
    return copy
  } finally {
    free()
  }
}

/** `440301-ENV-2.g-20260312-101436.jpg` */
export function fileName({ photo, branch }: Pick<About, 'photo' | 'branch'>): string {
  const at = stamp(trueTime(photo)).replace(/[-:]/g, '').replace(' ', '-')
  const parts = [branch?.code, photo.check, at].filter(Boolean).join('-')
  return `${parts.replace(/[^\p{L}\p{N}.-]+/gu, '_')}.jpg`
}

function download(file: File): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = file.name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** By the sheet of a phone to others; by a desk, or where there is no such sheet, to the downloads. */
async function handOver(file: File): Promise<Exported> {
  const shares = matchMedia('(pointer: coarse)').matches && navigator.canShare?.({ files: [file] })
  if (shares) {
    try {
      await navigator.share({ files: [file] })
      return 'shared'
    } catch (problem) {
      if (problem instanceof DOMException && problem.name === 'AbortError') return 'cancelled'
      // the tap was too long ago, or the sheet takes no such file
    }
  }
  download(file)
  return 'saved'
}

/** Makes the copy and hands it over. Works without network when the picture is on this phone. */
export async function exportPhoto(about: About): Promise<Exported> {
  const bytes = await bestBytes(about.photo)
  if (!bytes) return 'away'
  try {
    return await handOver(new File([await copyOf(about, bytes)], fileName(about), { type: 'image/jpeg' }))
  } catch (problem) {
    console.warn('no copy of a photo could be made', problem)
    return 'failed'
  }
}

/** What became of it; nothing where the person sees it, or took it back. */
export const exportedWords = (exported: Exported): string | null =>
  ({
    shared: null,
    cancelled: null,
    saved: say('copySaved'),
    away: say('copyAway'),
    failed: say('copyFailed'),
  })[exported]
