import { useLive } from '../database/live.ts'
import { type Store, store } from '../database/open.ts'
import { getInspection } from './queries.ts'
import type { InspectionView } from './view.ts'

/** The inspection last shown, and whose: going from its overview to an item and back must not blink. */
let last: { of: Store; view: InspectionView } | null = null

/** The live view of an inspection; `undefined` until it is read, `null` when it is not on this phone. */
export function useInspection(id: string): InspectionView | null | undefined {
  const live = useLive(async () => (await getInspection(id)) ?? null, [id])
  const of = store()
  if (live) last = { of, view: live }
  return live === undefined && last?.of === of && last.view.id === id ? last.view : live
}
