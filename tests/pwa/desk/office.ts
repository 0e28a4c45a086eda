/** A server's office small enough to be read at once: what a test lays out is answered, what is asked is kept. */

import { render } from 'preact'
import { act } from 'preact/test-utils'
import { vi } from 'vitest'
import { path, query } from '../../../pwa/src/router.ts'

export interface Asked {
  method: string
  /** Without what stands behind the `?`. */
  path: string
  params: Record<string, string>
  body: unknown
}

type Handler = (asked: Asked) => Response | Promise<Response>

export const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
export const refusal = (status: number, code: string, more: object = {}): Response =>
  json({ status, code, ...more }, status)
export const page = (rows: object[], total = rows.length): Response => json({ rows, total, page: 1, size: 50 })
export const sheet = (name: string): Response =>
  new Response('sheet', {
    headers: { 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` },
  })

export class Office {
  readonly asked: Asked[] = []
  private readonly answers: [string, Handler][] = []

  /** Answers whatever is asked by `GET /api/branches`; what was laid out later comes first. */
  on(what: string, handler: Handler): this {
    this.answers.unshift([what, handler])
    return this
  }

  open(): this {
    vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
      const [path = '', search = ''] = url.split('?')
      const params = Object.fromEntries(new URLSearchParams(search))
      const body = typeof init.body === 'string' ? JSON.parse(init.body) : (init.body ?? null)
      const asked = { method: init.method ?? 'GET', path, params, body }
      this.asked.push(asked)
      const found = this.answers.find(([what]) => what === `${asked.method} ${path}`)
      if (!found) throw new TypeError(`nobody answers ${asked.method} ${path}`)
      return found[1](asked)
    })
    return this
  }

  /** The last that was asked by a method at a path. */
  last(what: string): Asked | undefined {
    return this.asked.filter(({ method, path }) => `${method} ${path}` === what).at(-1)
  }
}

/** A screen with what a person does to it. */
export class Seen {
  readonly root = document.createElement('div')

  draw(node: preact.VNode): void {
    document.body.append(this.root)
    act(() => render(node, this.root))
  }

  clear(): void {
    act(() => render(null, this.root))
    this.root.remove()
  }

  get text(): string {
    return this.root.textContent ?? ''
  }

  /** Waits until something is so. */
  async until(what: () => unknown): Promise<void> {
    await vi.waitFor(
      () => {
        act(() => {})
        if (!what()) throw new Error(`not so: ${what}\n${this.text}`)
      },
      { timeout: 30_000, interval: 5 },
    )
  }

  all(selector: string): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>(selector)]
  }

  /** A button or link by its words; the last one, as what lies on top is drawn last. */
  tap(words: string | RegExp): void {
    const found = this.all('button, a').filter((one) => matches(one, words))
    const target = found.at(-1)
    if (!target) throw new Error(`no button ${words} in: ${this.text}`)
    act(() => target.click())
  }

  has(words: string | RegExp): boolean {
    return this.all('button, a').some((one) => matches(one, words))
  }

  field(label: string): HTMLInputElement {
    const found = this.all('label').find((one) => one.textContent?.trim() === label)
    const named = this.all('input').find((one) => one.getAttribute('aria-label') === label)
    const field = found ? document.getElementById(found.getAttribute('for') ?? '') : named
    if (!field) throw new Error(`no field ${label} in: ${this.text}`)
    return field as HTMLInputElement
  }

  write(label: string, words: string): void {
    const field = this.field(label)
    act(() => {
      field.value = words
      field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }))
    })
  }

  send(): void {
    const form = this.all('form').at(-1)
    act(() => {
      form?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
    })
  }

  /** What stands at a field as its fault. */
  fault(label: string): string {
    const field = this.field(label)
    return document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent?.trim() ?? ''
  }
}

const matches = (one: HTMLElement, words: string | RegExp): boolean => {
  const said = one.getAttribute('aria-label') ?? one.textContent?.trim() ?? ''
  return typeof words === 'string' ? said === words : words.test(said)
}

/** Goes to a place as an address does. */
export function at(place: string): void {
  const [where = '', asked = ''] = place.split('?')
  history.replaceState(null, '', `#${place}`)
  path.value = where
  query.value = asked
}
