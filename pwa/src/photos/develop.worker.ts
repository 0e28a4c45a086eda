/** Develops pictures away from the page, one at a time. */

import { type Canvas, develop, type Picture } from './develop.ts'

declare const self: DedicatedWorkerGlobalScope

function offscreen(): Canvas {
  const canvas = new OffscreenCanvas(1, 1)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no drawing surface')
  return {
    draw: (image, width, height) => {
      canvas.width = width
      canvas.height = height
      context.fillStyle = '#fff'
      context.fillRect(0, 0, width, height)
      context.drawImage(image, 0, 0, width, height)
    },
    jpeg: (quality) => canvas.convertToBlob({ type: 'image/jpeg', quality }),
  }
}

self.onmessage = async ({ data }: MessageEvent<{ job: number; picture: Picture }>) => {
  try {
    const developed = await develop(data.picture, offscreen)
    self.postMessage({ job: data.job, developed }, [developed.full, developed.preview])
  } catch (problem) {
    self.postMessage({ job: data.job, problem: problem instanceof Error ? problem.name : 'Error' })
  }
}
