/** The people this phone knows. */

import type { Row } from '../core/rows.ts'
import { store } from '../database/open.ts'
import { session } from './session.ts'
import { surroundings } from './surroundings.ts'

/** All people in sight, by id. */
export const listPeople = async (): Promise<ReadonlyMap<string, Row<'person'>>> =>
  (await surroundings(store().cache)).people

/** A person's name; empty where this phone does not know them. */
export async function personName(id: string): Promise<string> {
  const own = session.peek()?.person
  return (await listPeople()).get(id)?.name ?? (own?.id === id ? own.name : '')
}

/** The audiences that hold now. */
export const audiencesHere = async (): Promise<readonly string[]> => (await surroundings(store().cache)).audiences
