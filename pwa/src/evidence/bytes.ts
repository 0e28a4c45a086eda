/** The bytes of a picture: those on this phone first, else what the server lets this person see. */

import type { Row } from '../core/rows.ts'
import { store } from '../database/open.ts'
import type { PhotoSize } from '../database/outbox.ts'
import { photoUrl } from '../photos/queries.ts'

/** What of a picture is on this phone, `null` where nothing can be read of it. */
export async function keptBytes(id: string, size: PhotoSize): Promise<ArrayBuffer | null> {
  try {
    return (await store().outbox.photo_bytes.get([id, size]))?.data ?? null
  } catch {
    return null
  }
}

export async function fetchBytes(url: string, cache: RequestCache = 'default'): Promise<ArrayBuffer | null> {
  try {
    const answer = await fetch(url, { credentials: 'same-origin', cache })
    return answer.ok ? await answer.arrayBuffer() : null
  } catch {
    return null
  }
}

/** The best of a picture that is within reach; its preview is better than nothing. */
export async function bestBytes(photo: Row<'photo'>): Promise<ArrayBuffer | null> {
  const own = await keptBytes(photo.id, 'full')
  if (own) return own
  const url = await photoUrl(photo, 'full')
  // an address of this page's own memory cannot be fetched under its policy
  const told = url?.startsWith('/') ? await fetchBytes(url) : null
  return told ?? keptBytes(photo.id, 'preview')
}
