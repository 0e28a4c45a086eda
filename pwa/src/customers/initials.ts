/** Pinyin initials, made on this phone: a customer no server has seen yet is found by them too. */

import { INITIALS, READINGS } from '../contract/initials.ts'

const FIRST_ROW = 0xb0
const FIRST = 0xa1
const COLUMNS = 94
/** So many ways to read a name are tried at most. */
const MOST = 16

let letters: ReadonlyMap<string, string> | undefined

/** The characters of GB 2312 with their initials: the phone knows their order, so the contract need not spell them out. */
function table(): ReadonlyMap<string, string> {
  if (letters) return letters
  const bytes = new Uint8Array(INITIALS.length * 2)
  for (let at = 0; at < INITIALS.length; at += 1) {
    bytes[2 * at] = FIRST_ROW + Math.floor(at / COLUMNS)
    bytes[2 * at + 1] = FIRST + (at % COLUMNS)
  }
  const characters = [...new TextDecoder('gb2312').decode(bytes)]
  letters = new Map(characters.map((character, at) => [character, INITIALS[at] ?? '-']))
  return letters
}

/** Every initial a character may be read by; its usual one first. */
function waysOf(character: string): string {
  if (/[a-z0-9]/i.test(character)) return character.toLowerCase()
  const ways = READINGS[character] ?? table().get(character) ?? ''
  return ways === '-' ? '' : ways
}

/** `重庆路` is `zql` and `cql`: what people may type, the usual reading first. */
export function spellings(name: string): string[] {
  let found = ['']
  for (const character of name.normalize('NFKC')) {
    const ways = [...waysOf(character)]
    if (ways.length === 0) continue
    const used = found.length * ways.length > MOST ? ways.slice(0, 1) : ways
    found = used.flatMap((way) => found.map((before) => before + way))
  }
  return found
}

/** `青石桥` is `qsq`. */
export const initialsOf = (name: string): string => spellings(name)[0] ?? ''
