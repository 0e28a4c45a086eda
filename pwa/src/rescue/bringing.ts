/** Handing a rescue file in: what it says of itself, how far the server is, and its report. */

import type { Got } from '../desk/api.ts'
import { call, isObject } from '../sync/http.ts'

export const MOST_BYTES = 1024 * 1024 * 1024

export interface HeadSaid {
  way: 'office' | 'code'
  device: number
  made_at: number
}

export interface Fate {
  n: number
  type: string
  outcome: string
  code: string
}

export interface Report {
  device: number
  person: { id: string; name: string }
  made_at: number
  new: number
  already: number
  outcomes: { [outcome: string]: number }
  refused_before: { [code: string]: number }
  photos: { stored: number; already: number; missing: number }
  fates: Fate[]
  /** Whoever brought it answers for it. */
  vouched?: boolean
}

interface Told {
  state: 'receiving' | 'reading' | 'changes' | 'photos' | 'interrupted' | 'done'
  done: number
  all: number
  report: Report | null
}

/** What is going on: bytes on their way, or what the server says it is at. */
export interface Far {
  state: 'sending' | Told['state']
  done: number
  all: number
}

/** What stands in the clear at the front of a file; `null` for another kind of file. */
export async function headOf(file: Blob): Promise<HeadSaid | null> {
  try {
    const [line = ''] = (await file.slice(0, 4096).text()).split('\n')
    const head: unknown = JSON.parse(line)
    if (!isObject(head) || head['format'] !== 'xunfang-rescue') return null
    const { way, device, made_at } = head
    if (typeof device !== 'number' || typeof made_at !== 'number') return null
    return { way: way === 'code' ? 'code' : 'office', device, made_at }
  } catch {
    return null
  }
}

const LOOK_EVERY = 700

async function told(id: string): Promise<Told | null> {
  const answer = await call({ method: 'GET', url: `/api/rescue/${id}` })
  return answer.kind === 'ok' && isObject(answer.body) ? (answer.body as unknown as Told) : null
}

/** Tells how far the server is until `over`. */
function follow(id: string, onFar: (far: Far) => void): () => void {
  let over = false
  let timer: ReturnType<typeof setTimeout>
  const look = async () => {
    const far = await told(id)
    if (over) return
    if (far && far.state !== 'done') onFar(far)
    timer = setTimeout(look, LOOK_EVERY)
  }
  timer = setTimeout(look, LOOK_EVERY)
  return () => {
    over = true
    clearTimeout(timer)
  }
}

function gotOf(request: XMLHttpRequest): Got<Report> {
  const body: unknown = request.response
  if (request.status === 201 && isObject(body)) return { ok: true, value: body['report'] as Report }
  const code = isObject(body) && typeof body['code'] === 'string' ? body['code'] : 'offline'
  return { ok: false, code, extra: isObject(body) ? body : {} }
}

/** Only this old way of asking tells how much of a body has left. */
function sent(
  url: string,
  file: Blob,
  code: string,
  onFar: (far: Far) => void,
  onSent: () => void,
): Promise<Got<Report>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.responseType = 'json'
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    if (code) request.setRequestHeader('X-Rescue-Code', encodeURIComponent(code))
    request.upload.onprogress = (now) => onFar({ state: 'sending', done: now.loaded, all: now.total })
    request.upload.onload = onSent
    request.onloadend = () => resolve(gotOf(request))
    request.send(file)
  })
}

export interface Handing {
  id: string
  file: Blob
  code: string
  vouch: boolean
}

/** Hands a file in. Where the answer was lost, the server is asked what became of it. */
export async function bring({ id, file, code, vouch }: Handing, onFar: (far: Far) => void): Promise<Got<Report>> {
  let stop = () => {}
  const url = `/api/rescue/${id}${vouch ? '?vouch=true' : ''}`
  const got = await sent(url, file, code, onFar, () => {
    stop = follow(id, onFar)
  })
  stop()
  if (got.ok || got.code !== 'offline') return got
  const later = await told(id)
  return later?.report ? { ok: true, value: later.report } : got
}
