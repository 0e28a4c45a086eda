/** That a photo is about to be taken is on disk first: if the page dies over it, the person is brought back to there. */

import { effect, signal } from '@preact/signals'
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
  /** The person was brought back: not twice. */
  told?: boolean
}

const KEY = 'expected'

/** Who comes back after this has long done something else, ms. */
const FOR = 12 * 3_600_000

/** What a page that died left behind; undefined until it was read. */
export const missed = signal<Expected | null | undefined>(undefined)

/** What this page has noted and not yet forgotten. */
let present: Expected | null = null

/** Notes that a photo is about to be taken here. Rejects with `StorageFull` or `NotKept`: then none should be. */
export async function expectPhoto(spot: string): Promise<Expected> {
  const { outbox } = store()
  const expected: Expected = { place: path.peek(), spot, at: Date.now() }
  await strictly(outbox, () => outbox.meta.put(expected, KEY))
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
    await store().outbox.meta.delete(KEY)
  } catch (problem) {
    // at worst the person is brought back once for nothing
    console.debug('what was expected could not be forgotten', problem)
  }
}

/** What was left behind by a page that died; from then on it counts as told. */
export async function readMissed(person: string, now = Date.now()): Promise<Expected | null> {
  const { meta } = storeOf(person).outbox
  const left = (await meta.get(KEY)) as Expected | undefined
  if (!left || now - left.at > FOR) return null
  if (!left.told) await meta.put({ ...left, told: true }, KEY)
  return left
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
