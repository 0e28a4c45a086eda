import { blankRow } from '../core/rows.ts'
import { useStored } from '../database/live.ts'
import { store } from '../database/open.ts'
import type { KeptPhoto } from '../database/outbox.ts'
import { photoUrl } from '../photos/queries.ts'
import { clockTime, moment, size } from '../texts/format.ts'
import '../ui/Card.css'
import { Segment } from '../ui/Chips.tsx'
import { syncNow } from './now.ts'
import './PicturesCard.css'
import { choosePictures, mayGo, pictures, tellsNetwork } from './pictures.ts'
import { pulse } from './pulse.ts'
import { say } from './say.ts'
import { isUnsent } from './unsent.ts'
import { newestWorkFirst } from './uploads.ts'

/** So many photos are told one by one; the figures above count them all. */
const MOST = 8

/** Where one picture is: only what the server has said it has counts. */
export function pictureWord(photo: KeptPhoto, gone: number | undefined, goes: boolean, now: number): string {
  const { preview, full } = photo.uploads
  if (gone) return say('pictureNow', { done: size(gone), of: size(photo.bytes) })
  const next = Math.max(preview?.done_at ? 0 : (preview?.next_at ?? 0), full?.next_at ?? 0)
  if (next > now) return say('pictureAgain', { time: clockTime(next) })
  if (!preview?.done_at) return say('picturePreview')
  return say(goes ? 'pictureWaits' : 'pictureHeld')
}

function Picture({ photo, goes }: { photo: KeptPhoto; goes: boolean }) {
  const url = useStored(() => photoUrl(blankRow('photo', photo.id), 'preview'), [photo.id])
  const now = Date.now()
  return (
    <li class="pic">
      <span class="pic-img">{url && <img src={url} alt="" loading="lazy" />}</span>
      <span class="grow">
        <span class="row-t n">{say('pictureAt', { when: moment(photo.added_at, now) })}</span>
        <br />
        <span class="row-s n">{pictureWord(photo, pulse.value.uploading.get(photo.id), goes, now)}</span>
      </span>
    </li>
  )
}

/** The choice; what it holds back is said. */
function When({ goes }: { goes: boolean }) {
  const chosen = pictures.value
  return (
    <div class="card-pad">
      <p class="legend">{say('picturesWhen')}</p>
      <Segment
        label={say('picturesWhen')}
        choices={[
          { value: 'always', word: say('picturesAlways') },
          ...(tellsNetwork() || chosen === 'wifi' ? [{ value: 'wifi' as const, word: say('picturesWifi') }] : []),
          { value: 'hold', word: say('picturesHold') },
        ]}
        chosen={chosen}
        onChoose={(choice) => {
          choosePictures(choice)
          syncNow()
        }}
      />
      {!goes && <p class="hint">{say(chosen === 'hold' ? 'picturesHeld' : 'picturesWaitWifi')}</p>}
    </div>
  )
}

/** Photos on their way, one by one, and when full pictures may go. */
export function PicturesCard({ photos }: { photos: readonly KeptPhoto[] }) {
  const goes = pictures.value === 'always' || mayGo()
  const open = newestWorkFirst(photos.filter(isUnsent))
  const arrived = open.filter((photo) => photo.uploads.preview?.done_at).length
  return (
    <>
      <div class="sec">
        <h2>{say('pictures')}</h2>
      </div>
      <section class="card" aria-label={say('pictures')}>
        {open.length > 0 && (
          <>
            <p class="card-pad n">{say('picturesLeft', { n: open.length, previews: arrived })}</p>
            <ul class="pics">
              {open.slice(0, MOST).map((photo) => (
                <Picture photo={photo} goes={goes} key={photo.id} />
              ))}
            </ul>
            {open.length > MOST && <p class="hint card-pad n">{say('pictureMore', { n: open.length - MOST })}</p>}
          </>
        )}
        <When goes={goes} />
      </section>
    </>
  )
}

/** What this phone keeps of photos it took. */
export const keptPhotos = (): Promise<KeptPhoto[]> => store().outbox.photos.toArray()
