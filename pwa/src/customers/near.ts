/** Whether a new customer is perhaps one the branch has already. It warns and never forbids. */

import { distance, type Place } from '../branches/distance.ts'

const NEAR_METRES = 200
const ALIKE = 0.6
const TAIL = 4

/** What is compared of a customer. */
export interface Likeness {
  name: string
  phone: string | null
  position: Place | null
}

/** Words that say what kind of house it is, not which. */
const COMMON = /(有限责任公司|股份有限公司|有限公司|公司|商店|店铺|经营部|门市部|分店|总店)$/

/** A name as it is compared: no spaces, no signs, no legal form. */
export function plainName(name: string): string {
  const plain = name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s·•,，.。()（）【】\-_'"“”&、]/g, '')
  return plain.replace(COMMON, '') || plain
}

const pairsOf = (name: string): string[] => {
  const letters = [...name]
  return letters.length < 2 ? letters : letters.slice(1).map((letter, at) => `${letters[at]}${letter}`)
}

/** How alike two plain names are, 0 to 1: the pairs of neighbouring characters they share (Dice). */
export function alike(a: string, b: string): number {
  if (a === b) return a === '' ? 0 : 1
  const left = pairsOf(a)
  const rest = new Map<string, number>()
  const right = pairsOf(b)
  for (const pair of right) rest.set(pair, (rest.get(pair) ?? 0) + 1)
  let shared = 0
  for (const pair of left) {
    const count = rest.get(pair) ?? 0
    if (count === 0) continue
    shared += 1
    rest.set(pair, count - 1)
  }
  return (2 * shared) / Math.max(1, left.length + right.length)
}

const plain = new WeakMap<Likeness, string>()

/** Rows are replaced, never written into: the plain name of one is made once. */
function plainOf(one: Likeness): string {
  const known = plain.get(one)
  if (known !== undefined) return known
  const made = plainName(one.name)
  plain.set(one, made)
  return made
}

const digits = (phone: string | null) => (phone ?? '').replaceAll(/\D/g, '')
const tailOf = (phone: string | null) => {
  const all = digits(phone)
  return all.length >= 7 ? all.slice(-TAIL) : ''
}

/** How sure it is that two are the same, 0 for not at all: the whole number, or two signs out of name, tail and place. */
export function likeness(a: Likeness, b: Likeness): number {
  const metres = distance(a.position, b.position)
  const near = metres !== null && metres <= NEAR_METRES
  const tail = tailOf(a.phone) !== '' && tailOf(a.phone) === tailOf(b.phone)
  const equal = plainOf(a) === plainOf(b) && plainOf(a) !== ''
  // one that shows no other sign need not be spelled through
  if (!tail && !near && !equal) return 0
  const name = alike(plainOf(a), plainOf(b))
  if (tail && digits(a.phone) === digits(b.phone)) return 3 + name
  if (equal) return 2 + Number(tail) + Number(near)
  const signs = Number(name >= ALIKE) + Number(tail) + Number(near)
  return signs >= 2 ? signs - 1 + name : 0
}

/** Those who are perhaps the same as the new one, the likeliest first. */
export function nearMatches<T extends Likeness>(wanted: Likeness, all: Iterable<T>, most = 3): T[] {
  const found: { one: T; sure: number }[] = []
  for (const one of all) {
    const sure = likeness(wanted, one)
    if (sure > 0) found.push({ one, sure })
  }
  return found
    .sort((a, b) => b.sure - a.sure)
    .slice(0, most)
    .map(({ one }) => one)
}
