import type { InspectionView } from '../inspections/view.ts'
import { moment } from '../texts/format.ts'
import { useOnce } from '../ui/once.ts'
import { askPhoto } from './acts.ts'
import { mayAsk, type PhotoRow } from './rights.ts'
import { say } from './say.ts'

interface Props {
  view: InspectionView
  photo: PhotoRow
  /** The look of the button. */
  button: string
}

/** Asks for a full picture that has not come; once asked, since when it is waited for. */
export function Ask({ view, photo, button }: Props) {
  const ask = useOnce(() => askPhoto({ id: view.id, seen: view.seen }, photo.id))
  const asked = photo.asked ?? null
  if (asked && !photo.stored_at && !photo.waived) {
    return (
      <span class="asked small n" role="status">
        {say('asked', { when: moment(asked.at, Date.now()) })}
      </span>
    )
  }
  if (!mayAsk(photo, view)) return null
  return (
    <button type="button" class={button} onClick={() => ask()}>
      {say('ask')}
    </button>
  )
}
