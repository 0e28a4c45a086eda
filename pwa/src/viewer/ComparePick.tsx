import { trueTime } from '../evidence/facts.ts'
import type { InspectionView } from '../inspections/view.ts'
import { type ShownPhoto, usePhotoUrl } from '../photos/Strip.tsx'
import { moment } from '../texts/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import type { Leaf } from './album.ts'
import { useOthers } from './past.ts'
import { say } from './say.ts'

function Choice({ shown, what, onPick }: { shown: ShownPhoto; what: string; onPick: () => void }) {
  const url = usePhotoUrl(shown, 'preview')
  const when = moment(trueTime(shown.photo), Date.now())
  return (
    <button type="button" class="cmp-pick" aria-label={say('comparePhoto', { when, what })} onClick={onPick}>
      <span class="cmp-pic">{url ? <img src={url} alt="" loading="lazy" /> : <Icon name="photo" />}</span>
      <span class="small n">{when}</span>
    </button>
  )
}

interface Props {
  album: readonly Leaf[]
  shown: ShownPhoto
  what: string
  view: InspectionView | undefined
  onPick: (other: ShownPhoto) => void
  onClose: () => void
}

/** Which photo this one is held against. */
export function ComparePick({ album, shown, what, view, onPick, onClose }: Props) {
  const { others, known } = useOthers(album, shown, view)
  return (
    <Sheet title={say('compareWith')} onClose={onClose}>
      {others.map((leaf) => (
        <section class="cmp-leaf" aria-label={leaf.what} key={leaf.what}>
          <h3 class="small dim">{leaf.what}</h3>
          <div class="cmp-picks">
            {leaf.photos.map((one) => (
              <Choice shown={one} what={what} onPick={() => onPick(one)} key={one.photo.id} />
            ))}
          </div>
        </section>
      ))}
      {others.length === 0 && (
        <p class="dim gap" role="status">
          {known ? say('compareNone') : say('compareNoneYet')}
        </p>
      )}
    </Sheet>
  )
}
