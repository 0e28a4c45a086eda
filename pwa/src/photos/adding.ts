import { positionNow } from '../branches/here.ts'
import type { Shown, Taken } from './acts.ts'
import type { Picture } from './develop.ts'

/** Keeps a picture; `developed` is told when the next one may be taken. Rejects as `addPhoto` does. */
export type Add = (picture: Picture, how: Pick<Taken, 'source' | 'developed'>) => Promise<unknown>

/** Keeps pictures of a check. What it takes is fetched with the first one. */
export const keepFor =
  (shown: Shown, check: string): Add =>
  async (picture, how) =>
    (await import('./acts.ts')).addPhoto(shown, picture, { ...how, check, position: positionNow() })
