/** Who is signed in on this phone. It opens without a network, and no failed check ever clears it. */

import { signal } from '@preact/signals'
import type { ProblemCode } from '../contract/problems.ts'
import type { Row } from '../core/rows.ts'
import { closeStore, storeOf, useStoreOf } from '../database/open.ts'
import type { Outbox } from '../database/outbox.ts'
import { renumber } from '../database/renumber.ts'
import { afterRestoreWithout } from '../sync/again.ts'
import { type Answer, call, isObject } from '../sync/http.ts'
import { type Unsent, unsentOf } from '../sync/unsent.ts'

export interface Session {
  person: { id: string; name: string; roles: Row<'person'>['roles']; home: string }
  login: string
  device: number
  audiences: string[]
  /** Why nothing is sent until the person signs in again; what they save stays on the phone meanwhile. */
  paused: ProblemCode | null
}

export type SignedIn = { ok: true } | { ok: false; code: ProblemCode | 'offline'; retry_after: number | null }
export type SignedOut = { ok: true } | { ok: false; code: 'unsent'; unsent: Unsent } | { ok: false; code: 'offline' }

/** `undefined` until it was read from disk, `null` when nobody is signed in. */
export const session = signal<Session | null | undefined>(undefined)

const KEY = 'xunfang.session'
const DEVICES = 'xunfang.devices'

function read<T>(key: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as T | null
  } catch {
    return null
  }
}

function adopt(next: Session | null): void {
  const before = session.peek()?.person.id
  useStoreOf(next?.person.id ?? null)
  session.value = next
  // Databases of somebody who left are not kept open: on a shared phone the next sign-in begins from the disk.
  if (before && before !== next?.person.id) closeStore(before)
}

function write(next: Session | null): void {
  if (next) localStorage.setItem(KEY, JSON.stringify(next))
  else localStorage.removeItem(KEY)
  adopt(next)
}

/** Reads who is signed in; called once at the start, needs no network. Follows what other tabs do. */
export function openSession(): void {
  adopt(read<Session>(KEY))
  addEventListener('storage', (event) => {
    if (event.key === KEY) adopt(read<Session>(KEY))
  })
}

/** Notes why sending is paused, or that it goes on. */
export function pauseSession(paused: ProblemCode | null): void {
  const now = session.peek()
  if (now && now.paused !== paused) write({ ...now, paused })
}

interface Granted {
  person: Session['person']
  device: number
  epoch: number
  audiences: string[]
  /** Nothing is answered before the person has chosen a password of their own. */
  mustChange: boolean
}

function granted(answer: Answer): Granted | null {
  if (answer.kind !== 'ok' || !isObject(answer.body)) return null
  const { person, device, epoch, audiences } = answer.body
  if (!isObject(person) || typeof person['id'] !== 'string' || typeof device !== 'number') return null
  return {
    person: person as unknown as Granted['person'],
    device,
    epoch: typeof epoch === 'number' ? epoch : 0,
    audiences: (audiences ?? []) as string[],
    mustChange: answer.body['must_change_password'] === true,
  }
}

function refusedSignIn(answer: Answer): SignedIn {
  if (answer.kind === 'problem') return { ok: false, code: answer.code, retry_after: answer.retry_after }
  return { ok: false, code: 'offline', retry_after: answer.kind === 'noise' ? answer.retry_after : null }
}

const deviceName = () =>
  `${navigator.platform || ''} ${/\b(Chrome|Firefox|Version)\/\d+/.exec(navigator.userAgent)?.[0] ?? ''}`.trim()

const ask = (login: string, password: string, device: number | null) =>
  call({
    method: 'POST',
    url: '/api/session',
    body: JSON.stringify({ login, password, device, device_name: deviceName().slice(0, 100) }),
  })

/** The number under which this phone's outbox of a person counts, if it is still good. */
async function deviceOf(person: string | undefined): Promise<number | null> {
  if (!person) return null
  const { outbox } = storeOf(person)
  if (await outbox.meta.get('forked')) return null
  return (await outbox.numbers())?.device ?? null
}

/** What the server has under the old number is not to be sent again under the new one; false if it did not say. */
async function settleOld(outbox: Outbox, device: number): Promise<boolean> {
  // of a number that another phone used as well, it says nothing about this one
  if (await outbox.meta.get('forked')) return true
  const part = await import('../sync/here.ts').catch(() => null)
  return part ? part.settleBrought(outbox, device, Date.now()) : false
}

/** Signs in. Work that waits on this phone is kept, and counts on under the number it had where that is possible. */
export async function signIn(login: string, password: string): Promise<SignedIn> {
  const people = read<Record<string, string>>(DEVICES) ?? {}
  const wanted = await deviceOf(people[login])
  let answer = await ask(login, password, wanted)
  let got = granted(answer)
  if (got && wanted === null) {
    // This browser may hold an outbox of this person although it forgot who they were.
    const known = await deviceOf(got.person.id)
    if (known !== null && known !== got.device) {
      answer = await ask(login, password, known)
      got = granted(answer) ?? got
    }
  }
  if (!got) return refusedSignIn(answer)
  const { outbox } = storeOf(got.person.id)
  const counted = (await outbox.numbers())?.device
  if (counted !== undefined && counted !== got.device) {
    await afterRestoreWithout(outbox, counted, got.epoch)
    if (!(await settleOld(outbox, counted))) return { ok: false, code: 'offline', retry_after: null }
  }
  await renumber(outbox, got.device)
  localStorage.setItem(DEVICES, JSON.stringify({ ...people, [login]: got.person.id }))
  const { person, device, audiences, mustChange } = got
  write({ person, device, audiences, login, paused: mustChange ? 'password_change_required' : null })
  return { ok: true }
}

/** Gives the person another password; then whatever was paused for the want of it goes on. `null` when it is done. */
export async function changePassword(old: string, chosen: string): Promise<ProblemCode | 'offline' | null> {
  const body = JSON.stringify({ password: old, new_password: chosen })
  const answer = await call({ method: 'PUT', url: '/api/session/password', body })
  if (answer.kind === 'problem') return answer.code
  if (answer.kind === 'noise') return 'offline'
  const now = session.peek()
  if (now?.paused === 'password_change_required') write({ ...now, paused: null })
  return null
}

/** Signs this device out. Refused while work is unsent, and without the network: the server must hear of it. */
export async function signOut(): Promise<SignedOut> {
  const now = session.peek()
  if (!now) return { ok: true }
  const { outbox, cache } = storeOf(now.person.id)
  const unsent = await unsentOf(outbox)
  if (unsent.changes + unsent.photos > 0) return { ok: false, code: 'unsent', unsent }
  const answer = await call({ method: 'DELETE', url: '/api/session' })
  const over = answer.kind === 'ok' || (answer.kind === 'problem' && answer.status === 401)
  if (!over) return { ok: false, code: 'offline' }
  write(null)
  await cache.delete()
  return { ok: true }
}

/** Nobody is signed in any more, and this phone forgets who was: for one that is emptied. */
export function forgetPerson(): void {
  const now = session.peek()
  const { [now?.login ?? '']: _gone, ...others } = read<Record<string, string>>(DEVICES) ?? {}
  localStorage.setItem(DEVICES, JSON.stringify(others))
  // what is kept by person, whoever keeps it
  for (const key of Object.keys(localStorage)) if (now && key.endsWith(now.person.id)) localStorage.removeItem(key)
  write(null)
}

/** Asks the server who is signed in, to learn of new roles; a failure changes nothing. */
export async function refreshSession(): Promise<void> {
  const now = session.peek()
  if (!now) return
  const answer = await call({ method: 'GET', url: '/api/session' })
  const got = granted(answer)
  const still = session.peek()
  if (got && still && got.person.id === still.person.id && got.device === still.device) {
    write({ ...still, person: got.person, audiences: got.audiences })
  }
}
