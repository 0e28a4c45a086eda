/** What a branch is to do in a month, how far it is, and how far the calendar is. */

import type { Row } from '../core/rows.ts'

export interface Tally {
  visits: number
  ride_alongs: number
  cards: number
}

export type Counted = keyof Tally

const two = (n: number) => String(n).padStart(2, '0')

/** `2026-11`, by this phone's clock. */
export function monthOf(at: number): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}`
}

/** `2026-11-23`, by this phone's clock. */
export function dayOf(at: number): string {
  return `${monthOf(at)}-${two(new Date(at).getDate())}`
}

/** How much of a month is over, 0 to 1: by its whole days and today. */
export function calendar(now: number): number {
  const date = new Date(now)
  const days = new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate()
  return date.getDate() / days
}

function counts({ kind, result }: Row<'visit'>): Counted | null {
  if (kind === 'visit') return result === 'met' ? 'visits' : null
  if (kind === 'ride_along') return 'ride_alongs'
  return kind === 'card' ? 'cards' : null
}

/** Who replaces a visit: of several that correct it, the one that was closed last. */
function replacing(closed: readonly Row<'visit'>[]): Map<string, Row<'visit'>> {
  const last = new Map<string, Row<'visit'>>()
  for (const visit of closed) {
    if (!visit.corrects) continue
    const before = last.get(visit.corrects)
    const later = !before || (visit.closed_at ?? 0) > (before.closed_at ?? 0)
    if (later || (visit.closed_at === before.closed_at && visit.id > before.id)) last.set(visit.corrects, visit)
  }
  return last
}

/** What counts of these visits in a branch's month: closed, neither void nor corrected by another closed one. */
export function tallyOf(visits: readonly Row<'visit'>[], branch: string, month: string): Tally {
  const closed = visits.filter((visit) => visit.status === 'closed')
  const last = replacing(closed)
  const tally: Tally = { visits: 0, ride_alongs: 0, cards: 0 }
  for (const visit of closed) {
    const as = counts(visit)
    const passed = last.has(visit.id) || (visit.corrects !== null && last.get(visit.corrects) !== visit)
    if (!as || passed || visit.branch !== branch || monthOf(visit.started_at) !== month) continue
    tally[as] += 1
  }
  return tally
}

/** The server's figures with what this phone has beyond what the server has confirmed. */
export function withOwn(told: Tally, shown: Tally, confirmed: Tally): Tally {
  const sum = (as: Counted) => Math.max(0, told[as] + shown[as] - confirmed[as])
  return { visits: sum('visits'), ride_alongs: sum('ride_alongs'), cards: sum('cards') }
}
