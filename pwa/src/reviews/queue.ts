import { openChecks } from '../core/scoring.ts'
import type { InspectionView, PhotoView } from '../inspections/view.ts'

/** One thing to look at: a check, and why it is on the list. */
export interface Entry {
  item: string
  check: string
  kind: 'fail' | 'na' | 'todo' | 'pass'
}

const SAMPLE = 12

/** A number from a text, the same on every desk (FNV-1a): the sample can be drawn again. */
function hash(text: string): number {
  let sum = 0x811c9dc5
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193) >>> 0
  return sum
}

/**
 * Deductions first, then what does not apply, then what is open, then a random
 * sample of passes, with those whose photos have not come.
 */
export function queueOf(view: InspectionView): Entry[] {
  const checks = [...(view.edition?.compiled.checks.values() ?? [])]
  const clash = new Set(view.conflicts.map(({ check }) => check))
  const open = new Set(view.edition ? openChecks(view.edition.compiled, view.answers) : [])
  const kindOf = (code: string): Entry['kind'] => {
    const result = view.answers[code]?.result
    if (result === 'fail' || clash.has(code)) return 'fail'
    if (result === 'na') return 'na'
    return open.has(code) || result !== 'pass' ? 'todo' : 'pass'
  }
  const all = checks
    .filter((check) => check.onsite || (view.answers[check.code]?.result ?? 'todo') !== 'todo')
    .map((check): Entry => ({ item: check.item, check: check.code, kind: kindOf(check.code) }))
  const passes = all.filter(({ kind }) => kind === 'pass')
  const drawn = new Set(
    [...passes]
      .sort((a, b) => hash(`${view.id}|${a.check}`) - hash(`${view.id}|${b.check}`))
      .slice(0, SAMPLE)
      .map(({ check }) => check),
  )
  for (const { check } of missingPhotos(view)) if (check) drawn.add(check)
  const of = (kind: Entry['kind']) => all.filter((entry) => entry.kind === kind)
  return [...of('fail'), ...of('na'), ...of('todo'), ...of('pass').filter(({ check }) => drawn.has(check))]
}

/** The photos to show for a check: its own, or those of its item that belong to no check. */
export function photosOf(view: InspectionView, { item, check }: Entry): PhotoView[] {
  const kept = view.photos.filter((one) => one.item === item && !one.photo.retracted)
  return kept.filter((one) => one.check === check || one.check === null)
}

/** Photos that are neither on the server nor waived: approval waits for them. */
export const missingPhotos = (view: InspectionView): PhotoView[] =>
  view.photos.filter(({ photo }) => !photo.retracted && !photo.stored_at && !photo.waived)
