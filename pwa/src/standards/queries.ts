/** The editions this phone holds. A published edition never changes, so it is read and compiled once. */

import type { Edition } from '../contract/edition.ts'
import type { Row } from '../core/rows.ts'
import { type Compiled, compile } from '../core/standard.ts'
import type { Cache } from '../database/cache.ts'
import { confirmedOf } from '../database/confirmed.ts'
import { store } from '../database/open.ts'

export interface EditionHere {
  id: string
  row: Row<'standard'>
  content: Edition
  compiled: Compiled
}

const compiled = new Map<string, EditionHere>()

/** An edition by the id of its record; `undefined` while it is not on this phone. */
export async function editionOf(cache: Cache, id: string): Promise<EditionHere | undefined> {
  const known = compiled.get(id)
  if (known) return known
  const row = (await cache.rows.get(['standard', id]))?.row as Row<'standard'> | undefined
  if (!row) return undefined
  const content = row.document as unknown as Edition
  const here = { id, row, content, compiled: compile(content) }
  compiled.set(id, here)
  return here
}

/** The published standards, by code: what a new inspection may be pinned to. */
export async function listStandards(): Promise<Row<'standard'>[]> {
  const rows = [...(await confirmedOf(store().cache, 'standard')).values()] as Row<'standard'>[]
  return rows
    .filter((row) => row.status === 'published')
    .sort((a, b) => (a.code === b.code ? (a.edition < b.edition ? 1 : -1) : a.code < b.code ? -1 : 1))
}

/** An edition with its texts, for screens. */
export const getStandard = (id: string): Promise<EditionHere | undefined> => editionOf(store().cache, id)
