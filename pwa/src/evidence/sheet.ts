/** What stands on the sheet of an inspection's photos, by item and check: rows alone, no disk. */

import type { Answer } from '../contract/records.ts'
import { answerWords } from '../inspections/answerWords.ts'
import type { InspectionView, PhotoView } from '../inspections/view.ts'
import { checkText, nameOf } from '../standards/titles.ts'

export interface SheetPhoto {
  /** Counted through the whole sheet, from 1. */
  n: number
  shown: PhotoView
}

export interface SheetCheck {
  /** Null: photos of the item that belong to no check. */
  code: string | null
  text: string
  answer: Answer | undefined
  /** 扣 1.0 分, 合格, 不适用; empty for what is no check. */
  words: string
  photos: readonly SheetPhoto[]
}

export interface SheetItem {
  code: string
  name: string
  checks: readonly SheetCheck[]
  notes: readonly { author: string; text: string }[]
}

/** Whether a check is told of without a photo. */
const isTold = (answer: Answer | undefined): boolean => answer?.result === 'fail' || answer?.result === 'na'

function checksOf(view: InspectionView, item: string, next: () => number): SheetCheck[] {
  const compiled = view.edition?.compiled
  const kept = view.photos.filter((one) => one.item === item && !one.photo.retracted)
  const known = compiled?.items.get(item)?.checks ?? []
  const others = kept.map(({ check }) => check).filter((check) => check !== null && !known.includes(check))
  return [...known, ...new Set(others), null].flatMap((code): SheetCheck[] => {
    const answer = code === null ? undefined : view.answers[code]
    const photos = kept.filter(({ check }) => check === code)
    if (photos.length === 0 && !isTold(answer)) return []
    const check = code === null ? undefined : compiled?.checks.get(code)
    return [
      {
        code,
        text: check ? checkText(check.content) : (code ?? ''),
        answer,
        words: answer ? answerWords(answer, check) : '',
        photos: photos.map((shown) => ({ n: next(), shown })),
      },
    ]
  })
}

/** The items with photos or deductions, in the standard's order. Photos that were taken back are on no sheet. */
export function sheetOf(view: InspectionView): SheetItem[] {
  let n = 0
  return [...view.findings.values()].flatMap(({ item, row }): SheetItem[] => {
    const checks = checksOf(view, item, () => ++n)
    if (checks.length === 0) return []
    const content = view.edition?.compiled.items.get(item)?.content
    const notes = Object.entries(row?.notes ?? {}).flatMap(([author, text]) => (text ? [{ author, text }] : []))
    return [{ code: item, name: content ? nameOf(content) : item, checks, notes }]
  })
}

export const photosOn = (items: readonly SheetItem[]): SheetPhoto[] =>
  items.flatMap(({ checks }) => checks.flatMap(({ photos }) => photos))
