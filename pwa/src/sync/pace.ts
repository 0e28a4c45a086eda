/** When to try again: pure, chance and clock are arguments. */

export const FIRST_WAIT = 2_000
export const LONGEST_WAIT = 5 * 60_000
export const POLL = 60_000
export const AFTER_EDIT = 2_000

/** Full jitter between 2 s and 4 s, 8 s, … 5 min; never sooner than the server asked. `chance` is in [0, 1). */
export function retryIn(failures: number, chance: number, asked: number | null): number {
  const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures)
  return Math.max(asked ?? 0, Math.round(FIRST_WAIT + chance * (most - FIRST_WAIT)))
}

/** A minute, give or take a fifth, so that phones do not ask all at once. */
export const pollIn = (chance: number): number => Math.round(POLL * (0.8 + 0.4 * chance))
