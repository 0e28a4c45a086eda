/** Where a picture can be seen: on this phone first, else on the server once it is there. */

import type { Row } from '../core/rows.ts'
import { store } from '../database/open.ts'
import type { PhotoSize } from '../database/outbox.ts'
import { isLostConnection } from '../database/strictly.ts'

const KEPT_URLS = 120
const urls = new Map<string, string>()

function remember(key: string, url: string): string {
  urls.set(key, url)
  const oldest = urls.size > KEPT_URLS ? urls.entries().next().value : undefined
  if (oldest) {
    URL.revokeObjectURL(oldest[1])
    urls.delete(oldest[0])
  }
  return url
}

async function localUrl(id: string, size: PhotoSize): Promise<string | null> {
  const { outbox, person } = store()
  const key = `${person}:${id}:${size}`
  const known = urls.get(key)
  if (known) return known
  try {
    const bytes = await outbox.photo_bytes.get([id, size])
    return bytes ? remember(key, URL.createObjectURL(new Blob([bytes.data], { type: 'image/jpeg' }))) : null
  } catch (problem) {
    if (isLostConnection(problem)) return null
    // Some cleaner apps take the bytes and leave the record: then the picture is lost, and said to be.
    // Noted outside the query: a live query may not write.
    setTimeout(() => outbox.photos.update(id, { lost_at: Date.now() }).catch(() => undefined))
    return null
  }
}

/**
 * What an address carries of the covers over a photo: the server makes them unreadable for whom they are meant, and no
 * picture kept from before may be shown instead. Empty where nothing is covered.
 */
export function coveredPart(row: Pick<Row<'photo'>, 'markup'>): string {
  const covers = (row.markup ?? []).filter(({ shape }) => shape === 'blur').map(({ box }) => box)
  if (covers.length === 0) return ''
  let sum = 0x811c9dc5
  for (const char of JSON.stringify(covers)) sum = Math.imul(sum ^ char.charCodeAt(0), 0x01000193) >>> 0
  return `&covered=${sum.toString(16).padStart(8, '0')}`
}

/** An address to draw a photo from, or `null` while no picture is within reach. Nothing has to be released. */
export async function photoUrl(told: Row<'photo'>, size: PhotoSize): Promise<string | null> {
  const { id } = told
  const here = (await localUrl(id, size)) ?? (size === 'preview' ? await localUrl(id, 'full') : null)
  if (here) return here
  const kept = (await store().cache.rows.get(['photo', id]))?.row as Row<'photo'> | undefined
  // one that was only read from the server is not kept here
  const row = kept ?? told
  if (row.stored_at) return `/api/photos/${id}?size=${size}${coveredPart(row)}`
  if (row.preview_at) return `/api/photos/${id}?size=preview${coveredPart(row)}`
  return localUrl(id, 'preview')
}
