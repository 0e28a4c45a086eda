import { useLive } from '../database/live.ts'
import { getInspection } from '../inspections/queries.ts'
import { nameOf } from '../standards/titles.ts'

/** The place a change is about: branch and item, as far as this phone knows them. */
export function useWhat(root: string, item: string | null, fallback: string): string {
  const view = useLive(() => getInspection(root), [root])
  const content = item ? view?.edition?.compiled.items.get(item)?.content : undefined
  return [view?.branch?.name, content && nameOf(content)].filter(Boolean).join(' · ') || fallback
}
