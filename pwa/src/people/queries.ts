/** The people this phone knows. */

import type { Row } from '../core/rows.ts'
import { store } from '../database/open.ts'
import { packed } from '../database/reference.ts'
import { session } from './session.ts'
import { surroundings } from './surroundings.ts'

/** All people in sight, by id. */
export const listPeople = (): Promise<ReadonlyMap<string, Row<'person'>>> => packed(store().cache, 'person')

/** A person's name; empty where this phone does not know them. */
export async function personName(id: string): Promise<string> {
  const own = session.peek()?.person
  return (await listPeople()).get(id)?.name ?? (own?.id === id ? own.name : '')
}

/** The audiences that hold now. */
export const audiencesHere = async (): Promise<readonly string[]> => (await surroundings(store().cache)).audiences
