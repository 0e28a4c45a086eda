import type { InspectionView } from '../inspections/view.ts'
import { Icon } from '../ui/Icon.tsx'
import { say } from './say.ts'

/** The way to the sheet of an inspection's photos. */
export const ToSheet = ({ view }: { view: Pick<InspectionView, 'id'> }) => (
  <a class="btn btn-text" href={`#/inspections/${view.id}/proof`}>
    <Icon name="photo" />
    {say('sheetLink')}
  </a>
)
