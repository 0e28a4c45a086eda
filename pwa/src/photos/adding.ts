import { positionNow } from '../branches/here.ts'
import type { Shown, Taken } from './acts.ts'
import type { Picture } from './develop.ts'

/** What the way a picture came tells of it. */
export type How = Pick<Taken, 'source' | 'developed' | 'taken_at' | 'position'>

/** Keeps a picture; `developed` is told when the next one may be taken. Rejects as `addPhoto` does. */
export type Add = (picture: Picture, how: How) => Promise<unknown>

/** With where it was taken, unless that was told: one out of the gallery was not taken here. */
export const placed = (how: How): How => ({
  position: how.source === 'camera' ? positionNow() : null,
  ...how,
})

/** Keeps pictures of a check. What it takes is fetched with the first one. */
export const keepFor =
  (shown: Shown, check: string): Add =>
  async (picture, how) =>
    (await import('./acts.ts')).addPhoto(shown, picture, { ...placed(how), check })
