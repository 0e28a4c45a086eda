/**
 * The key this phone signs with for one person. It lies beside the numbers the person's work is counted under, so that
 * both are there or neither: the server takes the first key of a number as that number's own. A new number may go on
 * with the old key.
 */

import type { Outbox } from '../../database/outbox.ts'
import { strictly } from '../../database/strictly.ts'
import { base64 } from './base64.ts'

export const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SLOT = 'signing_key'

export interface DeviceKey {
  /** Not to be had out of the browser. */
  secret: CryptoKey
  /** The public half: an uncompressed point, in Base64. */
  told: string
}

async function made(): Promise<DeviceKey> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify'])
  return { secret: privateKey, told: base64(await crypto.subtle.exportKey('raw', publicKey)) }
}

/** What is on disk counts, whoever was first to write: another tab may have made one in the same moment. */
async function read(outbox: Outbox): Promise<DeviceKey> {
  const onDisk = async () => (await outbox.meta.get(SLOT)) as DeviceKey | undefined
  const known = await strictly(outbox, onDisk)
  if (known) return known
  const fresh = await made()
  return strictly(outbox, () =>
    outbox.transaction('rw', outbox.meta, async () => {
      const first = await onDisk()
      if (!first) await outbox.meta.put(fresh, SLOT)
      return first ?? fresh
    }),
  )
}

const keys = new WeakMap<Outbox, Promise<DeviceKey>>()

/** Leaves no key behind where the number goes, neither on disk nor in memory. Inside the transaction that ends both. */
export function forgetKey(outbox: Outbox): PromiseLike<void> {
  keys.delete(outbox)
  return outbox.meta.delete(SLOT)
}

/**
 * The key, made when it is first asked for; `null` on a page without HTTPS, which has no means to sign. Rejects where it
 * cannot be kept: one that the next page would not find again would make a stranger of this phone.
 */
export async function deviceKey(outbox: Outbox): Promise<DeviceKey | null> {
  if (!globalThis.crypto?.subtle) return null
  const reading = keys.get(outbox) ?? read(outbox)
  keys.set(outbox, reading)
  reading.catch(() => keys.delete(outbox))
  return reading
}
