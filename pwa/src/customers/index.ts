/** The customers of this phone, ready to be searched: fifty thousand are gone through within a frame. */

import type { Row } from '../core/rows.ts'
import { spellings } from './initials.ts'

export interface Indexed {
  row: Row<'customer'>
  /** Name, contact and the initials of both, folded; a newline stands between them. */
  words: string
  digits: string
  order: string
}

const fold = (text: string) => text.toLowerCase().replaceAll(/\s/g, '')

/** Rows are replaced, never written into: what was made of one stays true. */
const made = new WeakMap<object, Indexed>()

/** What a search compares with, made once a row. */
export function indexed(row: Row<'customer'>): Indexed {
  const known = made.get(row)
  if (known) return known
  const initials = spellings(row.name)
  const contact = row.contact ?? ''
  const one = {
    row,
    words: [fold(row.name), ...initials, fold(contact), ...spellings(contact)].join('\n'),
    digits: (row.phone ?? '').replaceAll(/\D/g, ''),
    order: initials[0] ?? '',
  }
  made.set(row, one)
  return one
}

/** Whether a customer is meant: by a part of the name, its initials, or the last digits of the number. */
export function isMeant(one: Indexed, search: string): boolean {
  if (search === '' || one.words.includes(search)) return true
  return search.length >= 2 && one.digits !== '' && one.digits.endsWith(search)
}

/** A search as it is compared. */
export const folded = fold

/** Who waits longest comes first; who was never visited before all. */
export function byLastVisit(all: readonly Indexed[], last: ReadonlyMap<string, number>): Indexed[] {
  const visited: Indexed[] = []
  const never: Indexed[] = []
  for (const one of all) (last.has(one.row.id) ? visited : never).push(one)
  const at = (one: Indexed) => last.get(one.row.id) ?? 0
  visited.sort((a, b) => at(a) - at(b))
  return [...never, ...visited]
}
