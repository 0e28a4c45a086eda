/** Administration speaks with the server directly: it works only with the network and keeps nothing for later. */

import { signal } from '@preact/signals'
import { type Answer, call, isObject } from '../sync/http.ts'
import { language } from '../texts/index.ts'

/** What the server answered, or the code of its refusal; `offline` where no answer of it came. */
export type Got<T> = { ok: true; value: T } | { ok: false; code: string; extra: Record<string, unknown> }

/** Counts what was changed here, or may have been: lists look again. */
export const revision = signal(0)

function gotOf<T>(answer: Answer): Got<T> {
  if (answer.kind === 'ok') return { ok: true, value: answer.body as T }
  if (answer.kind === 'problem') return { ok: false, code: answer.code, extra: answer.extra }
  return { ok: false, code: 'offline', extra: {} }
}

export const read = async <T>(url: string): Promise<Got<T>> => gotOf(await call({ method: 'GET', url }))

/** Sheets of many rows take the server a while. */
const PATIENT = 10 * 60_000

export async function write<T>(method: 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown): Promise<Got<T>> {
  const content = body instanceof Blob || body === undefined ? body : JSON.stringify(body)
  const answer = await call({ method, url, timeout: PATIENT, ...(content !== undefined && { body: content }) })
  const got = gotOf<T>(answer)
  if (got.ok || (got.code === 'offline' && navigator.onLine)) revision.value += 1
  return got
}

/** The name a server gives a file: `attachment; filename*=UTF-8''...`. */
export function fileName(disposition: string | null): string | null {
  const found = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1]
  try {
    return found ? decodeURIComponent(found) : null
  } catch {
    return null
  }
}

async function refusedFile(answer: Response): Promise<Got<string>> {
  const body: unknown = await answer.json().catch(() => null)
  const code = isObject(body) && typeof body['code'] === 'string' ? body['code'] : 'offline'
  return { ok: false, code, extra: isObject(body) ? body : {} }
}

/** Fetches a sheet and gives it to the browser to keep, under the server's name for it. */
export async function download(url: string, method: 'GET' | 'POST' = 'GET'): Promise<Got<string>> {
  try {
    const asked = `${url}${url.includes('?') ? '&' : '?'}lang=${language.value}`
    const answer = await fetch(asked, { method, credentials: 'same-origin', cache: 'no-store' })
    if (!answer.ok) return await refusedFile(answer)
    const name = fileName(answer.headers.get('Content-Disposition')) ?? 'xunfang.xlsx'
    keep(await answer.blob(), name)
    return { ok: true, value: name }
  } catch {
    return { ok: false, code: 'offline', extra: {} }
  }
}

function keep(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // the browser reads it after the click
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
