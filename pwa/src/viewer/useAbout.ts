import { useLive } from '../database/live.ts'
import type { About } from '../evidence/Facts.tsx'
import type { InspectionView } from '../inspections/view.ts'
import { listPeople } from '../people/queries.ts'
import { t } from '../texts/index.ts'
import type { Place } from './album.ts'

/** A photo with the words around it that its record does not hold. */
export function useAbout({ shown, leaf }: Place, view: InspectionView | undefined): About {
  const people = useLive(listPeople, [])
  return {
    photo: shown.photo,
    branch: view?.branch,
    who: (person) => people?.get(person ?? '')?.name || t('nobody'),
    what: leaf.what,
  }
}
