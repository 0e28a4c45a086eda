/** Whose grants cover which branch, as far as this phone can tell from its audiences and the units it holds. */

import type { Row } from './rows.ts'

type Units = ReadonlyMap<string, Row<'unit'>>

/** The places over which a role is held, from audiences of the form `unit:<place>:<role>`. */
export function placesOf(audiences: readonly string[], role: string): string[] {
  return audiences.flatMap((audience) => {
    const [kind, place, held] = audience.split(':')
    return kind === 'unit' && place && held === role ? [place] : []
  })
}

/** Branch, its unit, and every unit above; `complete` is false where the chain breaks off unseen. */
function lineOf(branch: Row<'branch'>, units: Units): { line: Set<string>; complete: boolean } {
  const line = new Set([branch.id])
  let at: string | null = branch.unit
  while (at !== null && !line.has(at)) {
    line.add(at)
    const unit = units.get(at)
    if (!unit) return { line, complete: false }
    at = unit.parent
  }
  return { line, complete: true }
}

/** Whether a role is held over a branch. Where the line cannot be followed the server is left to judge. */
export function holdsOver(audiences: readonly string[], role: string, branch: Row<'branch'> | undefined, units: Units) {
  const places = placesOf(audiences, role)
  if (places.length === 0) return false
  if (!branch) return true
  const { line, complete } = lineOf(branch, units)
  return places.some((place) => line.has(place)) || !complete
}
