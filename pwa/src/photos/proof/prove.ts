/** Signs for a photo in the moment it is taken. */

import type { Proof } from '../../contract/records.ts'
import { confirmedRow } from '../../database/confirmed.ts'
import { outboxNow } from '../../database/held.ts'
import type { Store } from '../../database/open.ts'
import { base64 } from './base64.ts'
import { build, factsText, type Told } from './facts.ts'
import { deviceKey } from './key.ts'

/** The branch of an inspection or a visit; one that was begun here may not have come back from the server yet. */
async function branchOf({ cache, outbox }: Store, root: string): Promise<string | null> {
  for (const type of ['inspection', 'visit'] as const) {
    const row = await confirmedRow(cache, type, root)
    if (row) return row.branch
  }
  const { waiting, settled } = await outboxNow(outbox)
  const begun = [...settled, ...waiting].find(({ id, set }) => id === root && set?.['branch'])
  return (begun?.set?.['branch']?.[0] as string | undefined) ?? null
}

/** What is needed to sign, fetched while there is time: nobody waits for it at the shutter. */
export const readyToProve = ({ outbox }: Store): Promise<unknown> => deviceKey(outbox).catch(() => null)

/**
 * The signature over what the record tells of a photo; `null` where it cannot be had: the photo is kept without one,
 * and whoever reviews it is told. Never rejects.
 */
export async function prove(store: Store, root: string, photo: string, told: Told): Promise<Proof | null> {
  try {
    const [key, branch] = await Promise.all([deviceKey(store.outbox), branchOf(store, root)])
    if (!key || !branch) return null
    const text = factsText(told, { photo, person: store.person, branch, app: build() })
    const hash = { name: 'ECDSA', hash: 'SHA-256' }
    const signature = await crypto.subtle.sign(hash, key.secret, new TextEncoder().encode(text))
    return { text, key: key.told, signature: base64(signature) }
  } catch (problem) {
    console.warn('a photo is kept unsigned', problem)
    return null
  }
}
