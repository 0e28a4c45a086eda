/** What the branch said to the list of deductions, and whether that is still the list. */

import type { Signed } from '../contract/records.ts'
import { EDITABLE } from '../contract/workflow.ts'
import { listText } from '../core/deductions.ts'
import type { InspectionView } from '../inspections/view.ts'
import { moment } from '../texts/format.ts'
import { say } from './say.ts'

export type Word = 'none' | 'signed' | 'refused'

export interface SignedState {
  word: Word
  signed: Signed | null
  /** Whether the list is another one by now; null where nobody can tell. */
  earlier: boolean | null
}

export const signedOf = (view: InspectionView): Signed | null => view.inspection.signed ?? null

/** Whether somebody may sign, or sign again, on this phone. */
export const maySign = (view: InspectionView): boolean =>
  EDITABLE.includes(view.inspection.status) && (view.editable || view.refusal('inspection.submit') === null)

/** The list as this phone counts it; null while it cannot. */
export const textOf = (view: InspectionView): string | null =>
  view.score ? listText(view.inspection.standard, view.score) : null

/** The server's word on the list, where it is the last: while it is open, or own work waits, the phone knows better. */
export function toldHash(view: InspectionView): string | null {
  const open = EDITABLE.includes(view.inspection.status)
  const waits = view.state === 'phone' || view.state === 'send'
  return open || waits ? null : (view.inspection.list_sha256 ?? null)
}

/** `hash`: of the list as it is now, null while it is not known. */
export function stateOf(view: InspectionView, hash: string | null): SignedState {
  const signed = signedOf(view)
  if (!signed) return { word: 'none', signed, earlier: null }
  const word = signed.refused ? 'refused' : 'signed'
  const other = view.score !== null && view.score.total !== signed.total
  return { word, signed, earlier: hash === null ? other || null : hash !== signed.list_sha256 }
}

/** One line: who, when, or why not. */
export function factOf({ signed }: SignedState, open: boolean, now = Date.now()): string {
  if (!signed) return open ? say('noneYet') : say('none')
  const [who, when] = [signed.name ?? '', moment(signed.at, now)]
  return signed.refused ? say('refusedBy', { why: signed.refused, who, when }) : say('signedBy', { who, when })
}

/** What is told before that line once the list is another one; null while it is not. */
export function warningOf({ word, earlier }: SignedState): string | null {
  if (!earlier) return null
  return word === 'refused' ? say('earlierRefused') : say('earlierTitle')
}
