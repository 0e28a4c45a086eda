/**
 * A lost phone that was told at the desk to empty itself does so when it is heard again. What it has not sent stays
 * until a rescue file has brought it in, or somebody at the desk has given it up under their name.
 */

import Dexie from 'dexie'
import type { Store } from '../database/open.ts'
import type { KeptPhoto, Outbox, RefusedChange } from '../database/outbox.ts'
import { forgetPerson, session } from '../people/session.ts'
import { forgetKey } from '../photos/proof/key.ts'
import { askHere, type Here, type Look } from './here.ts'
import { call } from './http.ts'
import { isFlawed, isUnsent } from './unsent.ts'

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

const AT_ONCE = 1000
const LOOKS_AT_ONCE = 200
const LOOKS = 'reveals'

const looksOf = async ({ meta }: Outbox) => ((await meta.get(LOOKS)) as Look[] | undefined) ?? []

/**
 * Pictures that lie here in full and that somebody may still want: also those that were said to be sent, for a server
 * that was restored may lack them, those whose record was refused, and those it could not open, for no server has them.
 * Not those that were set aside, taken back, or left out by a supervisor. Inside a transaction.
 */
async function picturesHere({ photos, photo_bytes, refused, settled }: Outbox): Promise<string[]> {
  const [all, keys, refusals, takenBack] = await Promise.all([
    photos.filter((photo) => (!photo.lost_at || Boolean(photo.flaw)) && !photo.released_at).toArray(),
    photo_bytes.toCollection().primaryKeys(),
    refused.filter(({ type, set }) => type === 'photo' && set !== undefined).toArray(),
    settled.filter(({ type, act }) => type === 'photo' && act === 'retract').toArray(),
  ])
  const full = new Set(keys.filter(([, size]) => size === 'full').map(([id]) => id))
  const homeless = new Set(refusals.filter(({ discarded_at }) => !discarded_at).map(({ id }) => id))
  const over = new Set(takenBack.filter(({ outcome }) => outcome !== 'held').map(({ id }) => id))
  const wanted = (photo: KeptPhoto) =>
    isUnsent(photo) || isFlawed(photo) || (full.has(photo.id) && (!photo.dropped_at || homeless.has(photo.id)))
  return all.filter((photo) => wanted(photo) && !over.has(photo.id)).map(({ id }) => id)
}

/**
 * What the server has of this outbox, by files that were brought or answers that were lost; `null` where it does not
 * say. What was looked at is told on the way: with this number there is no other.
 */
async function rescued(outbox: Outbox, device: number): Promise<Here | null> {
  const wanted = await outbox.transaction('r', outbox.tables, () => picturesHere(outbox))
  const looks = (await looksOf(outbox)).slice(0, LOOKS_AT_ONCE)
  const photos: string[] = []
  let here: Here | null = null
  for (let at = 0; at === 0 || at < wanted.length; at += AT_ONCE) {
    const asked = { device, first: Number.MAX_SAFE_INTEGER, photos: wanted.slice(at, at + AT_ONCE) }
    const said = await askHere({ ...asked, looks: at === 0 ? looks : [] })
    if (said === null || said === 'unknown') return null
    photos.push(...said.photos)
    here = said
  }
  const told = new Set(looks.map(({ id }) => id))
  await outbox.transaction('rw', outbox.meta, async () => {
    const left = (await looksOf(outbox)).filter(({ id }) => !told.has(id))
    await (left.length > 0 ? outbox.meta.put(left, LOOKS) : outbox.meta.delete(LOOKS))
  })
  return here && { ...here, photos }
}

/** Whether something would be lost with this outbox: what waits, and what was not taken and not set aside. */
async function holdsWork(outbox: Outbox, device: number, here: Here | null): Promise<boolean> {
  const { sent = 0 } = (await outbox.numbers()) ?? {}
  // what never left the phone may bear a number that other work has there
  const reached = here ? Math.min(here.settled, sent) : 0
  const brought = new Set(here?.photos)
  // of a refusal the file brings why; what it was is in the log of the server that refused it, unless that was restored
  const inLog = (change: RefusedChange) => change.device !== device || change.n <= (here?.settled ?? 0)
  const inFile = (change: RefusedChange) => change.n > 0 && inLog(change) && change.refused_at <= (here?.file ?? 0)
  const counts = await Promise.all([
    outbox.changes.where('n').above(reached).count(),
    picturesHere(outbox).then((ids) => ids.filter((id) => !brought.has(id)).length),
    outbox.refused.filter((change) => !change.discarded_at && !inFile(change)).count(),
    // a server that was restored may lack what it had taken
    here ? outbox.settled.where('[device+n]').between([device, here.settled], [device, Infinity], false).count() : 0,
    looksOf(outbox).then((looks) => looks.length),
  ])
  return counts.some((count) => count > 0)
}

/** Counts and ends this outbox in one go, so that nothing is saved in it meanwhile; false where it holds work. */
async function ended(outbox: Outbox, device: number, here: Here | null): Promise<boolean> {
  return outbox.transaction('rw', outbox.tables, async () => {
    if (await holdsWork(outbox, device, here)) return false
    await Promise.all([outbox.changes, outbox.refused, outbox.photos, outbox.settled].map((table) => table.clear()))
    await Promise.all([outbox.meta.bulkDelete(['numbers', 'device']), forgetKey(outbox)])
    return true
  })
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

/** The number that is locked out, as long as nobody has signed in since. */
function lockedOut(store: Store): number | null {
  const now = session.peek()
  return now?.person.id === store.person && now.paused === 'device_revoked' ? now.device : null
}

/** Asks what is to become of a device that was locked out, and does it; true when it has emptied itself. */
export async function heedOnce(store: Store): Promise<boolean> {
  const answer = await call({ method: 'GET', url: '/api/session' })
  const told = answer.kind === 'problem' && answer.code === 'device_revoked' && answer.extra['wipe'] === true
  const device = lockedOut(store)
  if (!told || device === null) return false
  if (answer.extra['given_up'] !== true) {
    const here = await rescued(store.outbox, device)
    if (lockedOut(store) !== device) return false
    if (!(await ended(store.outbox, device, here))) {
      await emptyCache(store)
      return false
    }
  }
  localStorage.setItem(NOTE, JSON.stringify({ device, person: store.person }))
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
