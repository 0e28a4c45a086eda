import { useLive } from '../database/live.ts'
import { getInspection } from './queries.ts'
import type { InspectionView } from './view.ts'

/** The inspection last shown: going from its overview to an item and back must not blink. */
let last: InspectionView | null = null

/** The live view of an inspection; `undefined` until it is read, `null` when it is not on this phone. */
export function useInspection(id: string): InspectionView | null | undefined {
  const live = useLive(async () => (await getInspection(id)) ?? null, [id])
  if (live) last = live
  return live === undefined && last?.id === id ? last : live
}
