/** A tus server under the XMLHttpRequest of a page: one step of what goes over the line can be cut, or end the page. */

import { vi } from 'vitest'
import { sha256 } from '../../../pwa/src/core/sha256.ts'

/**
 * What befalls one request: it never arrives, half of it does, or its answer never comes; and whether the page sees the
 * line break, or is gone with it.
 */
export interface Cut {
  step: number
  gets: 'nowhere' | 'half' | 'there'
  dies: boolean
}

interface Kept {
  photo: string
  kind: string
  sha256: string
  length: number
  bytes: Uint8Array
}

const decoded = (metadata: string): Record<string, string> =>
  Object.fromEntries(metadata.split(',').map((pair) => [pair.split(' ')[0], atob(pair.split(' ')[1] ?? '')]))

export class Wire {
  /** Requests that left the page. */
  steps: string[] = []
  readonly uploads = new Map<string, Kept>()
  /** How often each picture was stored. */
  readonly stored = new Map<string, number>()
  /** Bytes that arrived, and not for the first time. */
  twice = 0
  cuts: Cut[] = []
  /** Which requests something befell. */
  readonly struck: string[] = []
  /** Told when the page is gone with a request. */
  died: () => void = () => undefined
  private page = 0

  /** From now on every request is made here. */
  lay(): void {
    const wire = this
    class Line {
      readonly upload: { onprogress?: unknown } = {}
      status = 0
      responseText = ''
      onload: () => void = () => undefined
      onerror: (problem: Error) => void = () => undefined
      private asked: [string, string] = ['', '']
      private readonly headers = new Map<string, string>()
      private answered = new Map<string, string>()
      private aborted = false
      private readonly page = wire.page

      open(method: string, url: string) {
        this.asked = [method, url]
      }
      setRequestHeader(name: string, value: string) {
        this.headers.set(name, value)
      }
      getResponseHeader(name: string) {
        return this.answered.get(name) ?? null
      }
      abort() {
        this.aborted = true
      }
      async send(body: Blob | null) {
        const bytes = new Uint8Array((await body?.arrayBuffer()) ?? new ArrayBuffer(0))
        const answer = await wire.carry(this.page, this.asked, this.headers, bytes)
        if (this.page !== wire.page || this.aborted || answer === 'gone') return
        if (answer === 'broken') return this.onerror(new Error('the line broke'))
        this.status = answer.status
        this.answered = new Map(Object.entries(answer.headers))
        this.onload()
      }
    }
    vi.stubGlobal('XMLHttpRequest', Line)
  }

  /** Nothing the page had asked is answered any more. */
  leave(): void {
    this.page += 1
  }

  private async carry(page: number, asked: [string, string], headers: Map<string, string>, bytes: Uint8Array) {
    if (page !== this.page) return 'gone'
    const step = this.steps.push(`${asked[0]} ${headers.get('Upload-Offset') ?? ''}`.trim())
    const cut = this.cuts.find((one) => one.step === step)
    const through = cut?.gets === 'nowhere' ? null : cut?.gets === 'half' ? bytes.slice(0, bytes.length / 2) : bytes
    const answer = through && (await this.serve(asked, headers, through, cut?.gets === 'half'))
    if (!cut) return answer ?? 'broken'
    this.struck.push(this.steps[step - 1] ?? '')
    if (!cut.dies) return 'broken'
    this.leave()
    this.died()
    return 'gone'
  }

  private async serve([method, url]: [string, string], headers: Map<string, string>, bytes: Uint8Array, half: boolean) {
    if (method === 'POST') return half ? null : this.begin(headers)
    const upload = this.uploads.get(url)
    if (!upload) return { status: 404, headers: {} }
    const here = () => ({ 'Upload-Offset': String(upload.bytes.length), 'Upload-Length': String(upload.length) })
    if (method === 'HEAD') return { status: 200, headers: here() }
    const offset = Number(headers.get('Upload-Offset'))
    if (offset !== upload.bytes.length) {
      this.twice += bytes.length
      return { status: 409, headers: here() }
    }
    upload.bytes = new Uint8Array([...upload.bytes, ...bytes])
    if (upload.bytes.length === upload.length) await this.store(upload)
    return { status: 204, headers: here() }
  }

  private begin(headers: Map<string, string>) {
    const about = decoded(headers.get('Upload-Metadata') ?? '')
    const { photo = '', kind = '', sha256 = '' } = about
    const length = Number(headers.get('Upload-Length'))
    const url = `/api/uploads/${this.uploads.size + 1}`
    const whole = this.stored.has(`${photo} ${kind}`)
    this.uploads.set(url, { photo, kind, sha256, length, bytes: new Uint8Array(whole ? length : 0) })
    return { status: 201, headers: { Location: url, 'Upload-Offset': String(whole ? length : 0) } }
  }

  private async store(upload: Kept): Promise<void> {
    if ((await sha256(upload.bytes.buffer as ArrayBuffer)) !== upload.sha256) throw new Error('a picture was mixed up')
    const key = `${upload.photo} ${upload.kind}`
    this.stored.set(key, (this.stored.get(key) ?? 0) + 1)
  }
}
