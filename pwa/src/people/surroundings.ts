/** Branches, units, people and grants around a record. */

import type { Row } from '../core/rows.ts'
import type { Cache } from '../database/cache.ts'
import { oncePerPage } from '../database/memory.ts'
import { packed } from '../database/reference.ts'
import { session } from './session.ts'

export interface Surroundings {
  branches: ReadonlyMap<string, Row<'branch'>>
  units: ReadonlyMap<string, Row<'unit'>>
  people: ReadonlyMap<string, Row<'person'>>
  /** Those of the last reply, or of the sign-in before the first one. */
  audiences: readonly string[]
}

export function surroundings(cache: Cache): Promise<Surroundings> {
  return oncePerPage(cache, 'surroundings', async () => {
    const [branches, units, people, state] = await Promise.all([
      packed(cache, 'branch'),
      packed(cache, 'unit'),
      packed(cache, 'person'),
      cache.syncState(),
    ])
    const audiences = state.audiences.length > 0 ? state.audiences : (session.peek()?.audiences ?? [])
    return { branches, units, people, audiences }
  })
}
