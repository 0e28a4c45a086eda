/** The office's public key and this device's seal: fetched while there is a network, for a time when there is none. */

import type { Store } from '../database/open.ts'
import type { Outbox } from '../database/outbox.ts'
import { call, isObject } from '../sync/http.ts'

export interface RescueKeys {
  /** The name files give the office's key, and the key itself (base64). */
  office: string
  public: string
  /** The device whose seal it is, and the seal (base64). */
  device: number
  seal: string
}

function read(body: unknown): RescueKeys | null {
  if (!isObject(body)) return null
  const { office, public: key, device, seal } = body
  if (typeof office !== 'string' || typeof key !== 'string') return null
  return typeof device === 'number' && typeof seal === 'string' ? { office, public: key, device, seal } : null
}

/** Fetches them anew, and whether they came; without an answer those that are here stay. */
export async function keepKeys({ outbox }: Store): Promise<boolean> {
  const answer = await call({ method: 'GET', url: '/api/rescue/key' })
  const keys = answer.kind === 'ok' ? read(answer.body) : null
  if (keys) await outbox.meta.put(keys, 'rescue')
  return keys !== null
}

/** Those of the number this phone counts under; `null` before it was online with it. */
export async function keysOf(outbox: Outbox, device: number): Promise<RescueKeys | null> {
  const keys = read(await outbox.meta.get('rescue'))
  return keys?.device === device ? keys : null
}
