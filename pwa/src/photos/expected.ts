/** That a photo is about to be taken is on disk first: if the page dies over it, the person is brought back to there. */

import { effect, signal } from '@preact/signals'
import { uuid7 } from '../core/ids.ts'
import { store, storeOf } from '../database/open.ts'
import { strictly } from '../database/strictly.ts'
import { session } from '../people/session.ts'
import { go, path } from '../router.ts'

export interface Expected {
  /** The screen. */
  place: string
  /** Which photos on it. */
  spot: string
  /** When, by this phone's clock. */
  at: number
  /** Which page has noted it. */
  page?: string
  /** The person was brought back: not twice. */
  told?: boolean
}

/** Each page notes its own: two tabs may both be about to take a photo. */
const NOTE = 'expected'
const PAGE = uuid7(Date.now())
const OWN = `${NOTE} ${PAGE}`

/** Held by a page that has noted something, for as long as it lives. */
const lockOf = (page: string) => `xunfang.${NOTE} ${page}`

let held = false

/** From now on others can tell that this page lives. Where there are no locks, whatever another left counts as dead. */
function live(): void {
  if (held || !navigator.locks) return
  held = true
  navigator.locks
    .request(lockOf(PAGE), () => new Promise<never>(() => undefined))
    .catch(() => {
      held = false
    })
}

/** Whether another page still lives, which noted this. */
async function isElsewhere(left: Expected): Promise<boolean> {
  if (!left.page || left.page === PAGE || !navigator.locks) return false
  const dead = navigator.locks.request(lockOf(left.page), { ifAvailable: true }, async (lock) => lock !== null)
  return !(await dead.catch(() => true))
}

/** Who comes back after this has long done something else, ms. */
const FOR = 12 * 3_600_000

/** What a page that died left behind; undefined until it was read. */
export const missed = signal<Expected | null | undefined>(undefined)

/** What this page has noted and not yet forgotten. */
let present: Expected | null = null

/** Notes that a photo is about to be taken here. Rejects with `StorageFull` or `NotKept`: then none should be. */
export async function expectPhoto(spot: string): Promise<Expected> {
  const { outbox } = store()
  const expected: Expected = { place: path.peek(), spot, at: Date.now(), page: PAGE }
  live()
  await strictly(outbox, () => outbox.meta.put(expected, OWN))
  present = expected
  missed.value = null
  return expected
}

/** It was taken, or the person thought better of it. What was noted since stays. */
export async function forgetExpected(of: Expected | null | undefined): Promise<void> {
  if (!of || (present && present !== of)) return
  present = null
  if (missed.peek() === of) missed.value = null
  try {
    await store().outbox.meta.delete(OWN)
  } catch (problem) {
    // at worst the person is brought back once for nothing
    console.debug('what was expected could not be forgotten', problem)
  }
}

/** What was left behind by a page that died; it is this page's from then on, and counts as told. */
export async function readMissed(person: string, now = Date.now()): Promise<Expected | null> {
  const { outbox } = storeOf(person)
  const dead: [string, Expected][] = []
  for (const key of await outbox.meta.where(':id').startsWith(NOTE).primaryKeys()) {
    const left = (await outbox.meta.get(key)) as Expected | undefined
    if (left && !(await isElsewhere(left))) dead.push([key, left])
  }
  const last = dead
    .map(([, left]) => left)
    .filter(({ at }) => now - at <= FOR)
    .sort((a, b) => b.at - a.at)[0]
  if (last) live()
  await outbox.transaction('rw', outbox.meta, async () => {
    await outbox.meta.bulkDelete(dead.map(([key]) => key))
    if (last) await outbox.meta.put({ ...last, page: PAGE, told: true }, OWN)
  })
  return last ?? null
}

/** Brings who signs in back to where a photo was being taken; called once. */
export function comeBack(): void {
  let person: string | undefined
  effect(() => {
    const next = session.value?.person.id
    if (next === person) return
    person = next
    missed.value = next ? undefined : null
    if (!next) return
    readMissed(next)
      .catch(() => null)
      .then((left) => {
        if (person !== next) return
        missed.value = left
        if (left && !left.told) go(left.place, true)
      })
  })
}
