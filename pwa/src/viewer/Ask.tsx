import type { InspectionView } from '../inspections/view.ts'
import { moment } from '../texts/format.ts'
import { Unkept, useTried } from '../ui/tried.tsx'
import { askPhoto } from './acts.ts'
import { mayAsk, type PhotoRow } from './rights.ts'
import { say } from './say.ts'
import { Tool } from './Tools.tsx'

interface Props {
  view: InspectionView
  photo: PhotoRow
  /** As a tool under the photo, or as a button beside it. */
  tool?: boolean
}

/** Asks for a full picture that has not come; once asked, since when it is waited for. */
export function Ask({ view, photo, tool }: Props) {
  const [ask, why] = useTried(() => askPhoto({ id: view.id, seen: view.seen }, photo.id))
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
    <>
      {tool ? (
        <Tool icon="inbox" word={say('ask')} onTap={ask} />
      ) : (
        <button type="button" class="btn btn-s film-waive" onClick={() => ask()}>
          {say('ask')}
        </button>
      )}
      <Unkept why={why} />
    </>
  )
}
