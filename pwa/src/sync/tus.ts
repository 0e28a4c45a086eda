/** One upload by tus 1.0; loaded only when there is something to upload. */

import { type DetailedError, Upload as TusUpload } from 'tus-js-client'
import { retryAfter } from './http.ts'
import { Parts } from './parts.ts'
import type { Sent, Upload } from './uploads.ts'

/** Over all pictures of this page: the network is the same. */
const parts = new Parts()

/** A connection on which nothing has moved for so long is dead, whatever the phone believes. */
const STALLED = 60_000

function codeIn(body: string | undefined): string | null {
  try {
    const code = (JSON.parse(body ?? '') as { code?: unknown }).code
    return typeof code === 'string' ? code : null
  } catch {
    return null
  }
}

function failure(problem: Error | DetailedError): Sent {
  const response = 'originalResponse' in problem ? problem.originalResponse : null
  if (!response) return { ok: false, status: null, code: null, wait: null }
  const wait = retryAfter(response.getHeader('Retry-After') ?? null, Date.now())
  return { ok: false, status: response.getStatus(), code: codeIn(response.getBody()), wait }
}

/** Sends a picture; an earlier attempt goes on where the server says it stopped. Never rejects, and always ends. */
export function sendByTus(upload: Upload): Promise<Sent> {
  return new Promise((end) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let since = performance.now()
    let here = false
    const resolve = (sent: Sent) => {
      clearTimeout(timer)
      end(sent)
    }
    const moves = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        parts.failed()
        tus.abort().catch(() => undefined)
        resolve({ ok: false, status: null, code: null, wait: null })
      }, STALLED)
    }
    const tus = new TusUpload(new Blob([upload.data], { type: 'image/jpeg' }), {
      endpoint: '/api/uploads',
      chunkSize: parts.size,
      metadata: { photo: upload.id, sha256: upload.sha256, kind: upload.size },
      retryDelays: [0, 1_000],
      storeFingerprintForResuming: false,
      ...(upload.url ? { uploadUrl: upload.url } : {}),
      // a picture the server already has, such as one whose last answer was lost, is told whole at its creation
      onAfterResponse: (request, response) => {
        const there = Number(response.getHeader('Upload-Offset'))
        here = request.getMethod() === 'POST' && there === upload.data.byteLength
      },
      onProgress: moves,
      // what left the phone has not arrived yet: only what the server says it has is told
      onChunkComplete: (bytes, accepted) => {
        moves()
        const now = performance.now()
        parts.took(bytes, now - since)
        since = now
        tus.options.chunkSize = parts.size
        upload.onBytes(accepted)
      },
      onUploadUrlAvailable: () => {
        if (here) {
          tus.abort().catch(() => undefined)
          return resolve({ ok: true })
        }
        moves()
        since = performance.now()
        if (tus.url && tus.url !== upload.url) upload.onUrl(tus.url).catch(() => undefined)
      },
      onSuccess: () => resolve({ ok: true }),
      onError: (problem) => {
        const failed = failure(problem)
        if (!failed.ok && failed.status === null) parts.failed()
        resolve(failed)
      },
    })
    moves()
    tus.start()
  })
}
