/** Hands pictures to the worker one after the other; where there is no worker or no OffscreenCanvas, does it here. */

import { type Canvas, type Developed, develop, NotAnImage, type Picture } from './develop.ts'

interface Reply {
  job: number
  developed?: Developed
  problem?: string
}

let worker: Worker | null = null
let jobs = 0
let queue: Promise<unknown> = Promise.resolve()

function onPage(): Canvas {
  const canvas = document.createElement('canvas')
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
    jpeg: (quality) =>
      new Promise((resolve, reject) => {
        const done = (blob: Blob | null) => (blob ? resolve(blob) : reject(new NotAnImage('could not be drawn')))
        canvas.toBlob(done, 'image/jpeg', quality)
      }),
  }
}

function inWorker(picture: Picture): Promise<Developed> {
  worker ??= new Worker(new URL('./develop.worker.ts', import.meta.url), { type: 'module' })
  const at = worker
  const job = ++jobs
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      at.removeEventListener('message', hear)
      at.removeEventListener('error', fail)
      settle()
    }
    const hear = ({ data }: MessageEvent<Reply>) => {
      if (data.job !== job) return
      const { developed, problem } = data
      finish(() => {
        if (developed) resolve(developed)
        else reject(problem === 'NotAnImage' ? new NotAnImage('the worker could not read it') : new Error(problem))
      })
    }
    const fail = () => {
      worker = null
      finish(() => reject(new Error('the worker died')))
    }
    at.addEventListener('message', hear)
    at.addEventListener('error', fail)
    // a frame is handed over, not copied: it would be held twice
    at.postMessage({ job, picture }, picture instanceof Blob ? [] : [picture])
  })
}

async function one(picture: Picture): Promise<Developed> {
  if (typeof Worker !== 'function' || typeof OffscreenCanvas !== 'function') return develop(picture, onPage)
  try {
    return await inWorker(picture)
  } catch (problem) {
    // a frame went to the worker and is gone with it; a file can be read again
    if (problem instanceof NotAnImage || !(picture instanceof Blob)) throw problem
    return develop(picture, onPage)
  }
}

/** Develops a picture; rejects with `NotAnImage`. Several wait for each other: a cheap phone holds one at a time. */
export function developPhoto(picture: Picture): Promise<Developed> {
  const next = queue.then(() => one(picture))
  queue = next.catch(() => undefined)
  return next
}
