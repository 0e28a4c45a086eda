/** The photos a viewer leafs through, by what they show. */

import type { InspectionView } from '../inspections/view.ts'
import type { ShownPhoto } from '../photos/Strip.tsx'
import { checkText, nameOf } from '../standards/titles.ts'

export interface Leaf {
  /** What its photos show, in words. */
  what: string
  photos: readonly ShownPhoto[]
}

/** One photo of the album: its leaf, and which of its leaf it is. */
export interface Place {
  leaf: Leaf
  shown: ShownPhoto
  /** From 1. */
  n: number
  previous: string | undefined
  next: string | undefined
}

/** Where a photo lies. `undefined` where it is not there (any more). */
export function placeOf(album: readonly Leaf[], id: string): Place | undefined {
  const all = album.flatMap((leaf) => leaf.photos.map((shown, i) => ({ leaf, shown, n: i + 1 })))
  const at = all.findIndex(({ shown }) => shown.photo.id === id)
  const found = all[at]
  return found && { ...found, previous: all[at - 1]?.shown.photo.id, next: all[at + 1]?.shown.photo.id }
}

/** The photos of an item: those of each check in the order of the standard, last those that belong to none. */
export function albumOf(view: InspectionView, item: string): Leaf[] {
  const compiled = view.edition?.compiled
  const of = compiled?.items.get(item)
  const kept = view.photos.filter((one) => one.item === item && !one.photo.retracted)
  const codes = [...(of?.checks ?? [])]
  const known = new Set<string | null>(codes)
  const leaves = codes.map((code) => {
    const check = compiled?.checks.get(code)
    return { what: check ? checkText(check.content) : code, photos: kept.filter((one) => one.check === code) }
  })
  const rest = { what: of ? nameOf(of.content) : item, photos: kept.filter((one) => !known.has(one.check)) }
  return [...leaves, rest].filter(({ photos }) => photos.length > 0)
}
