/** One request to the server, and honestly what came of it: an answer, a refusal, or noise on the line. */

import { PROBLEMS, type ProblemCode } from '../contract/problems.ts'

/** `noise`: no answer of our server at all (no network, a captive portal's page, half a reply). */
export type Answer =
  | { kind: 'ok'; status: number; body: unknown }
  | { kind: 'problem'; status: number; code: ProblemCode; extra: Record<string, unknown>; retry_after: number | null }
  | { kind: 'noise'; status: number | null; retry_after: number | null }

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  url: string
  /** JSON, or the bytes of a file. */
  body?: string | Blob
  gzip?: boolean
  /** Milliseconds until the call is given up. */
  timeout?: number
  /** Nobody waits for the answer any more. */
  ended?: AbortSignal
}

/** Seconds or an HTTP date, in milliseconds from now; `null` if the header says nothing. */
export function retryAfter(header: string | null, now: number): number | null {
  if (!header) return null
  const seconds = Number(header)
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now
  return Number.isFinite(wait) ? Math.max(0, wait) : null
}

async function packed(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Response(stream).arrayBuffer()
}

async function prepared(call: Call, signal: AbortSignal): Promise<RequestInit> {
  const init: RequestInit = { method: call.method, credentials: 'same-origin', cache: 'no-store', signal }
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' }
  if (call.body !== undefined) {
    headers['Content-Type'] = typeof call.body === 'string' ? 'application/json' : 'application/octet-stream'
    init.body = call.body
    if (typeof call.body === 'string' && call.gzip && typeof CompressionStream === 'function') {
      init.body = await packed(call.body)
      headers['Content-Encoding'] = 'gzip'
    }
  }
  return { ...init, headers }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function judged(response: Response, body: unknown): Answer {
  const wait = retryAfter(response.headers.get('Retry-After'), Date.now())
  if (response.ok) return { kind: 'ok', status: response.status, body }
  if (isObject(body) && typeof body['code'] === 'string' && body['code'] in PROBLEMS) {
    const code = body['code'] as ProblemCode
    return { kind: 'problem', status: response.status, code, extra: body, retry_after: wait }
  }
  return { kind: 'noise', status: response.status, retry_after: wait }
}

/** Never throws: what cannot be read as an answer of our server is `noise`. */
export async function call(request: Call): Promise<Answer> {
  const control = new AbortController()
  const giveUp = () => control.abort()
  const timer = setTimeout(giveUp, request.timeout ?? 30_000)
  request.ended?.addEventListener('abort', giveUp)
  let status: number | null = null
  try {
    const response = await fetch(request.url, await prepared(request, control.signal))
    status = response.status
    const text = await response.text()
    if (text === '' && response.ok) return { kind: 'ok', status, body: null }
    const wait = retryAfter(response.headers.get('Retry-After'), Date.now())
    if (!/json/.test(response.headers.get('Content-Type') ?? '')) return { kind: 'noise', status, retry_after: wait }
    return judged(response, JSON.parse(text))
  } catch {
    return { kind: 'noise', status, retry_after: null }
  } finally {
    clearTimeout(timer)
    request.ended?.removeEventListener('abort', giveUp)
  }
}
