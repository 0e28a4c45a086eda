/** Looks at a photo's fingerprint and signature with this browser's own eyes, not the server's word. */

import type { Photo } from '../contract/records.ts'
import type { Row } from '../core/rows.ts'
import { sha256 } from '../core/sha256.ts'
import { fetchBytes, keptBytes } from './bytes.ts'
import { proofOf } from './facts.ts'

/** `copy`: what this person may see is another file than the one on record, so that it proves nothing. */
export type Picture = 'same' | 'differs' | 'copy' | 'away' | 'not_here'
/** `cannot`: browsers give pages without HTTPS nothing to check a signature with. */
export type Signature = 'good' | 'bad' | 'other' | 'none' | 'cannot'

/**
 * Whether the picture has the fingerprint on record: the phone's own bytes, else the server's. Who has no right to the
 * original is given a copy, which may be another file.
 */
export async function checkPicture(photo: Row<'photo'>, original: boolean): Promise<Picture> {
  const own = await keptBytes(photo.id, 'full')
  if (!own && !photo.stored_at) return 'not_here'
  const bytes = own ?? (await fetchBytes(`/api/photos/${photo.id}?size=${original ? 'original' : 'full'}`, 'no-store'))
  if (!bytes) return 'away'
  if ((await sha256(bytes)) === photo.sha256) return 'same'
  return own || original ? 'differs' : 'copy'
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))

const FACTS = ['of', 'check', 'sha256', 'preview_sha256', 'taken_at', 'clock_offset', 'source', 'position'] as const

/** The same value, whatever the order of its fields. */
const plain = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

/** Whether a signed text tells of this photo what its record tells; the twin of `sync/proof.py`. */
export function speaksOf(text: string, photo: Row<'photo'>, branch: string | undefined): boolean {
  try {
    const facts = JSON.parse(text) as Record<string, unknown>
    const row: Photo = photo
    const same = FACTS.every((name) => plain(facts[name] ?? null) === plain(row[name] ?? null))
    const place = branch === undefined || facts['branch'] === branch
    return same && place && facts['photo'] === photo.id && facts['person'] === photo.author
  } catch {
    return false
  }
}

/** Whether the device's key signed the facts on record. Whose key it is, only the server knows. */
export async function checkSignature(photo: Row<'photo'>, branch: string | undefined): Promise<Signature> {
  const proof = proofOf(photo)
  if (!proof) return 'none'
  const { subtle } = crypto as { subtle?: SubtleCrypto }
  if (!subtle) return 'cannot'
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  try {
    const key = await subtle.importKey('raw', bytesOf(proof.key), curve, false, ['verify'])
    const told = new TextEncoder().encode(proof.text)
    const how = { name: 'ECDSA', hash: 'SHA-256' }
    if (!(await subtle.verify(how, key, bytesOf(proof.signature), told))) return 'bad'
  } catch {
    return 'bad' // no such point, no such numbers
  }
  return speaksOf(proof.text, photo, branch) ? 'good' : 'other'
}
