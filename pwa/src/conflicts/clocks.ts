/** Whether the clocks of phones can be trusted, as far as anybody can tell. */

import type { Conflict, InspectionView } from '../inspections/view.ts'
import { span } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { say } from './say.ts'
import { doubt, type Step, sameChange } from './steps.ts'

/** When one of the values was given, and what is known of that phone's clock. */
export interface Time {
  who: string
  /** By the server's clock where that is known, else by the phone's. */
  at: number
  /** Server clock minus phone clock, milliseconds; null where nobody knows. */
  clock: number | null
}

/** The server knows the clock of every phone that sent something; a photo of the same person knows it too. */
export function timesOf(view: InspectionView, conflict: Conflict, steps: readonly Step[]): Time[] {
  return conflict.choices.map(({ by, person, name, at }) => {
    const who = name || t('nobody')
    const step = steps.find(({ change }) => sameChange(change, by))
    if (step && step.clock !== null) return { who, at: step.done_at, clock: step.clock }
    const shot = view.photos.find(({ photo }) => photo.author === person && photo.clock_offset !== null)
    const clock = shot?.photo.clock_offset ?? null
    return { who, at: doubt(clock) === null ? at : at + (clock ?? 0), clock }
  })
}

/** How far apart the values were given, and whose clock was off. */
export function clockLines(times: readonly Time[], now: number): string[] {
  const moments = times.map(({ at }) => at)
  const apart = Math.max(...moments) - Math.min(...moments)
  const known = times.every(({ clock }) => clock !== null)
  const far = known ? say('bothClocks', { span: span(apart) }) : say('ownClocks', { span: span(apart) })
  const wrong = times.flatMap(({ who, at, clock }) => {
    const off = doubt(clock)
    if (off !== null) return [off < 0 ? say('fast', { who, span: span(off) }) : say('slow', { who, span: span(off) })]
    return clock === null && at > now + 60_000 ? [say('future', { who })] : []
  })
  const plain = apart < 60_000 ? say('sameMinute') : wrong.length > 0 ? say('apart', { span: span(apart) }) : far
  return [...wrong, plain]
}
