/** Photos to hold another against: of its check, of its item, and of earlier inspections here. */

import { useLater } from '../database/live.ts'
import { getInspection, previousInspections } from '../inspections/queries.ts'
import type { InspectionView } from '../inspections/view.ts'
import type { ShownPhoto } from '../photos/Strip.tsx'
import { day } from '../texts/format.ts'
import { type Leaf, placeOf } from './album.ts'
import { say } from './say.ts'

/** The photos of a check in the last inspections of the branch, as far as this phone holds them. */
export async function pastPhotos(view: InspectionView, item: string, check: string | null): Promise<Leaf[]> {
  const past = await previousInspections(view.inspection.branch, view.id)
  const views = await Promise.all(past.map(({ inspection }) => getInspection(inspection)))
  return past.map(({ at }, i) => ({
    what: say('comparePast', { when: day(at) }),
    photos: (views[i]?.photos ?? []).filter((one) => one.item === item && one.check === check && !one.photo.retracted),
  }))
}

/** The same, live; `undefined` until it is known. */
export const usePast = (view: InspectionView | undefined, item: string | undefined, check: string | null | undefined) =>
  useLater(
    async () => (view && item !== undefined ? pastPhotos(view, item, check ?? null) : []),
    [view?.id, item, check],
  )

/** The newest photo of the check from before this inspection. */
export function usePastPhoto(view: InspectionView, item: string, check: string | null): ShownPhoto | undefined {
  const past = usePast(view, item, check) ?? []
  return past.flatMap(({ photos }) => photos.slice(-1)).find(({ photo }) => !photo.erased_at)
}

/** What a photo may be compared with, the nearest first; `undefined` until it is known. */
export function useOthers(album: readonly Leaf[], shown: ShownPhoto, view: InspectionView | undefined) {
  const own = view?.photos.find(({ photo }) => photo.id === shown.photo.id)
  const past = usePast(own && view, own?.item, own?.check)
  const leaf = placeOf(album, shown.photo.id)?.leaf
  const same = (leaf?.photos ?? []).filter(({ photo }) => photo.id !== shown.photo.id)
  const item = album.filter((one) => one !== leaf).flatMap(({ photos }) => photos)
  const here = [
    { what: say('compareSame'), photos: same },
    { what: say('compareItem'), photos: item },
  ]
  const others = [...here.slice(0, 1), ...(past ?? []), ...here.slice(1)]
    .map(({ what, photos }): Leaf => ({ what, photos: photos.filter(({ photo }) => !photo.erased_at) }))
    .filter(({ photos }) => photos.length > 0)
  return { others, known: past !== undefined }
}
