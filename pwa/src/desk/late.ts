/** How many phones of the people one answers for hold work for a day or longer: told at the desk before it dies. */

import { effect } from '@preact/signals'
import { session } from '../people/session.ts'
import { latePhones } from '../shell/alarm.ts'
import { read, revision } from './api.ts'
import type { Page } from './rows.ts'

const EVERY = 5 * 60_000

let asked_at = Number.NEGATIVE_INFINITY
let asked_for = ''

/** Counts them; where the server does not answer, the count before stands. */
export async function countLate(): Promise<void> {
  asked_at = Date.now()
  const got = await read<Page<unknown>>('/api/devices?late=true&size=1')
  if (got.ok) latePhones.value = got.value.total
  // what did not arrive was not asked
  else if (got.code === 'offline') asked_at = Number.NEGATIVE_INFINITY
}

/** Looks at once for another person and after something was changed here, else every five minutes; without the server, as soon as there is a network. */
export function watchLate(): () => void {
  const look = () => {
    if (Date.now() - asked_at >= EVERY) void countLate()
  }
  const end = effect(() => {
    const person = session.value?.person.id ?? ''
    const key = `${person} ${revision.value}`
    if (key !== asked_for || Date.now() - asked_at >= EVERY) {
      asked_for = key
      if (person) void countLate()
    }
  })
  const timer = setInterval(look, 60_000)
  addEventListener('online', look)
  return () => {
    end()
    clearInterval(timer)
    removeEventListener('online', look)
  }
}
