/**
 * A lost phone that was told at the desk to empty itself does so when it is heard again. What it has not sent stays
 * until somebody at the desk has given it up under their name.
 */

import Dexie from 'dexie'
import type { Store } from '../database/open.ts'
import type { Outbox } from '../database/outbox.ts'
import { forgetPerson, session } from '../people/session.ts'
import { call } from './http.ts'
import { unsentOf } from './unsent.ts'

/** What is still to be done: the person whose databases go, until they are gone; the server, until it was told. */
const NOTE = 'xunfang.wiped'
const EVERY = 10 * 60_000

interface Note {
  device: number
  person?: string
}

function read(): Note | null {
  try {
    return JSON.parse(localStorage.getItem(NOTE) ?? 'null') as Note | null
  } catch {
    return null
  }
}

/** Whether something would be lost with this outbox: what waits, and what was not taken and not set aside. */
async function holdsWork(outbox: Outbox): Promise<boolean> {
  const { changes, photos } = await unsentOf(outbox)
  const refused = await outbox.refused.filter((change) => !change.discarded_at).count()
  return changes + photos + refused > 0
}

/** What the server has anyway goes at once: rows, and pictures that were stored. */
async function emptyCache({ cache, outbox }: Store): Promise<void> {
  await cache.transaction('rw', cache.rows, cache.packs, cache.state, async () => {
    await Promise.all([cache.rows.clear(), cache.packs.clear(), cache.state.clear()])
  })
  const sent = await outbox.photos.filter((photo) => Boolean(photo.released_at)).primaryKeys()
  await outbox.photo_bytes.where('id').anyOf(sent).delete()
}

/** Goes on with an emptying where it was left off: the databases first, then the server is told. */
export async function finishWipe(): Promise<void> {
  const note = read()
  if (!note) return
  const { device, person } = note
  if (person !== undefined) {
    // Somebody who has signed in again since has begun new ones.
    if (session.peek()?.person.id !== person) {
      await Dexie.delete(`outbox-${person}`)
      await Dexie.delete(`cache-${person}`)
    }
    localStorage.setItem(NOTE, JSON.stringify({ device }))
  }
  const answer = await call({ method: 'PUT', url: `/api/devices/${device}/wiped` })
  if (answer.kind === 'ok' || (answer.kind === 'problem' && answer.status < 500)) localStorage.removeItem(NOTE)
}

/** Asks what is to become of a device that was locked out, and does it; true when it has emptied itself. */
export async function heedOnce(store: Store): Promise<boolean> {
  const answer = await call({ method: 'GET', url: '/api/session' })
  const told = answer.kind === 'problem' && answer.code === 'device_revoked' && answer.extra['wipe'] === true
  const now = session.peek()
  if (!told || now?.person.id !== store.person) return false
  if (answer.extra['given_up'] !== true && (await holdsWork(store.outbox))) {
    await emptyCache(store)
    return false
  }
  localStorage.setItem(NOTE, JSON.stringify({ device: now.device, person: store.person }))
  forgetPerson()
  await finishWipe()
  return true
}

/** Asks now, whenever the network is back, and every ten minutes: the office may give up what is on it later. */
export function heedRevocation(store: Store, ended: AbortSignal): void {
  const look = () =>
    void heedOnce(store).catch((problem: unknown) => console.warn('emptying will be tried again', problem))
  const timer = setInterval(look, EVERY)
  ended.addEventListener('abort', () => clearInterval(timer))
  addEventListener('online', look, { signal: ended })
  look()
}
