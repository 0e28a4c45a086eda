/** What a photo's record tells about its moment: no disk, no clock. Rows of an older server lack hints and proof. */

import { distance } from '../branches/distance.ts'
import type { Branch, Photo, Proof } from '../contract/records.ts'
import { distance as metres, span } from '../texts/format.ts'
import { say } from './say.ts'

export type Hint = Photo['hints'][number]
export type Signed = 'none' | 'wrong' | 'checked' | 'waits'
export type Alike = 'none' | 'seen' | 'waits' | 'unknown'
/** The branch a photo speaks of, as far as this phone knows it. */
export type Home = Pick<Branch, 'name' | 'position'> | undefined

const MINUTE = 60_000

export const hintsOf = (photo: Photo): readonly Hint[] => photo.hints ?? []
export const proofOf = (photo: Photo): Proof | null => photo.proof ?? null

/** When it was taken by the server's clock; by the phone's own where nobody ever compared the two. */
export const trueTime = (photo: Photo): number => photo.taken_at + (photo.clock_offset ?? 0)

const two = (n: number) => String(n).padStart(2, '0')

/** The seconds of a clock time, to be set behind it: `:36`. */
export const secondsOf = (ms: number): string => `:${two(new Date(ms).getSeconds())}`

/** `2026-03-12 10:14:36`: the same in all languages, for what leaves the app. */
export function stamp(ms: number): string {
  const d = new Date(ms)
  const date = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
  return `${date} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`
}

/** A length of time as people say it, in seconds below a minute. */
const lasting = (ms: number): string =>
  Math.abs(ms) < MINUTE ? say('seconds', { n: Math.round(Math.abs(ms) / 1000) }) : span(ms)

/** Whether the clock behind the time was compared with the server's, and what had to be corrected. */
export function clockWords({ clock_offset: off }: Photo): string {
  if (off === null) return say('clockUnset')
  return Math.abs(off) < MINUTE ? say('clockSet') : say('clockOff', { by: span(off), behind: off > 0 })
}

/** How far from the branch it was taken, in metres; null where one of the two places is unknown. */
export const awayFrom = (photo: Photo, branch: Home): number | null =>
  distance(photo.position, branch?.position ?? null)

export function placeWords(photo: Photo, branch: Home): string {
  const { position } = photo
  if (!position) return say('noPlace')
  const away = awayFrom(photo, branch)
  const off = metres(position.accuracy)
  return away === null ? say('placeOnly', { off }) : say('fromBranch', { distance: metres(away), off })
}

/** How old the position was at the shutter; both times are the phone's own. */
export function fixWords({ position, taken_at }: Photo): string | null {
  if (!position) return null
  const age = taken_at - position.at
  if (Math.abs(age) < 1000) return say('fixAtOnce')
  return age > 0 ? say('fixEarlier', { by: lasting(age) }) : say('fixLater', { by: lasting(age) })
}

/** The coordinates and the datum they are in: maps sold in China are drawn in another. */
export const coordinates = ({ position }: Photo): string | null =>
  position && `WGS-84 ${position.lat.toFixed(5)}, ${position.lon.toFixed(5)}`

/** What the server's look at the signature came to. */
export function signedOf(photo: Photo): Signed {
  if (!proofOf(photo)) return 'none'
  if (hintsOf(photo).includes('wrong_signature')) return 'wrong'
  return photo.stored_at || photo.preview_at ? 'checked' : 'waits'
}

export const signedWords = (signed: Signed): string =>
  ({
    none: say('signedNot'),
    wrong: say('signedWrong'),
    checked: say('signedChecked'),
    waits: say('signedWaits'),
  })[signed]

/** Whether a picture like it hangs elsewhere: known of full pictures only, and of none before anybody looked. */
export function alikeOf(photo: Photo): Alike {
  if (hintsOf(photo).includes('seen_before')) return 'seen'
  if (!photo.stored_at) return 'waits'
  return (photo.hints as Hint[] | undefined) === undefined ? 'unknown' : 'none'
}

export const alikeWords = (alike: Alike): string =>
  ({
    none: say('alikeNone'),
    seen: say('alikeSeen'),
    waits: say('alikeWaits'),
    unknown: say('alikeUnknown'),
  })[alike]

/** The build of the app that took it, as the signed text tells; empty where it tells nothing. */
export function appOf(photo: Photo): string {
  try {
    const { app }: { app?: unknown } = JSON.parse(proofOf(photo)?.text ?? '{}')
    return typeof app === 'string' ? app.replace(/^index-|\.js$/g, '') : ''
  } catch {
    return ''
  }
}

/** `3f9a 71c0 … e21e` */
export const shortPrint = (sha256: string): string =>
  `${sha256.slice(0, 4)} ${sha256.slice(4, 8)} … ${sha256.slice(-4)}`

/** One sentence for each reason to look twice; a new one does not compile without its words. */
const HINT_WORDS: { readonly [H in Hint]: (photo: Photo, branch: Home) => string } = {
  gallery: () => say('hintGallery'),
  no_position: () => say('hintNoPosition'),
  stale_position: (photo) => say('hintStalePosition', { age: fixWords(photo) ?? '' }),
  out_of_fence: (photo, branch) => {
    const away = awayFrom(photo, branch)
    return away === null ? say('hintOutOfFencePlain') : say('hintOutOfFence', { distance: metres(away) })
  },
  unsigned: () => say('hintUnsigned'),
  wrong_signature: () => say('hintWrongSignature'),
  seen_before: () => say('hintSeenBefore'),
}

export const HINTS = Object.keys(HINT_WORDS) as Hint[]

/** Of a hint; empty for one that a newer server knows and this app does not. */
export const hintWords = (hint: Hint, photo: Photo, branch: Home): string => HINT_WORDS[hint]?.(photo, branch) ?? ''
