/** What a phone signs of a photo: the fields of its record, and who took it where with what. */

import type { Photo } from '../../contract/records.ts'

/** The fields of the record that are signed; one that has no value may be left out of a record, never here. */
export type Told = Pick<Photo, 'of' | 'sha256' | 'preview_sha256' | 'taken_at' | 'source'> &
  Partial<Pick<Photo, 'check' | 'clock_offset' | 'position'>>

export interface Whose {
  photo: string
  person: string
  branch: string
  /** Names the build of this app. */
  app: string
}

/** The text that is signed. The server reads it as `sync.proof.Facts`, and compares it with the record. */
export function factsText(told: Told, { photo, person, branch, app }: Whose): string {
  const { of, check = null, sha256, preview_sha256, taken_at, clock_offset = null, source, position = null } = told
  const record = { of, check, sha256, preview_sha256, taken_at, clock_offset, source, position }
  return JSON.stringify({ photo, ...record, person, branch, app })
}

/** The build that is running, by the name of its first file. */
export function build(): string {
  const first = document.querySelector<HTMLScriptElement>('script[type=module][src]')
  return first?.src.split('/').at(-1)?.split('?')[0] || 'unknown'
}
