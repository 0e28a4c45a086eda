/** Identifiers made on the phone: UUIDv7 for new records, uuid5 where nature gives a key. */

import { sha1 } from './sha1.ts'

function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

function uuidText(bytes: Uint8Array): string {
  const text = hex(bytes)
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20, 32)].join('-')
}

function stamped(bytes: Uint8Array, version: number): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4)
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return uuidText(bytes)
}

/** UUIDv7 of a time in epoch milliseconds; `random` is 10 bytes of chance. */
export function uuid7(now: number, random: Uint8Array = crypto.getRandomValues(new Uint8Array(10))): string {
  const bytes = new Uint8Array(16)
  for (let index = 5, rest = now; index >= 0; index--, rest = Math.floor(rest / 256)) bytes[index] = rest % 256
  bytes.set(random.subarray(0, 10), 6)
  return stamped(bytes, 7)
}

/** Python's `uuid.uuid5(UUID(namespace), name)`: the same on every phone and on the server. */
export function uuid5(namespace: string, name: string): string {
  const space = Uint8Array.from(namespace.replaceAll('-', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  const text = new TextEncoder().encode(name)
  const input = new Uint8Array(space.length + text.length)
  input.set(space)
  input.set(text, space.length)
  return stamped(sha1(input).slice(0, 16), 5)
}

const findings = new Map<string, string>()

/** The id of the finding at an item: two inspectors who score it offline write the same record. */
export function findingId(inspection: string, item: string): string {
  // A screen asks for the same two dozen over and over.
  const key = `${inspection} ${item}`
  const known = findings.get(key)
  if (known !== undefined) return known
  if (findings.size > 5000) findings.clear()
  const id = uuid5(inspection, item)
  findings.set(key, id)
  return id
}
