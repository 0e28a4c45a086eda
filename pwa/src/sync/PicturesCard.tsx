import { useState } from 'preact/hooks'
import { blankRow } from '../core/rows.ts'
import { useStored } from '../database/live.ts'
import { store } from '../database/open.ts'
import type { KeptPhoto } from '../database/outbox.ts'
import { strictly } from '../database/strictly.ts'
import { photoUrl } from '../photos/queries.ts'
import { clockTime, moment, size } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Segment } from '../ui/Chips.tsx'
import { syncNow } from './now.ts'
import './PicturesCard.css'
import { choosePictures, mayGo, pictures, tellsNetwork } from './pictures.ts'
import { pulse } from './pulse.ts'
import { say } from './say.ts'
import { isUnsent } from './unsent.ts'
import { askedOf, newestWorkFirst } from './uploads.ts'

/** So many photos are told one by one; the figures above count them all. */
const MOST = 8

interface Waits {
  /** Bytes of the full picture that have arrived; undefined while it is not on its way. */
  gone: number | undefined
  /** Full pictures may go now. */
  goes: boolean
  asked: boolean
}

/** Where one picture is: only what the server has said it has counts. */
export function pictureWord(photo: KeptPhoto, { gone, goes, asked }: Waits, now: number): string {
  const { preview, full } = photo.uploads
  if (gone) return say('pictureNow', { done: size(gone), of: size(photo.bytes) })
  const next = Math.max(preview?.done_at ? 0 : (preview?.next_at ?? 0), full?.next_at ?? 0)
  if (next > now) return say('pictureAgain', { time: clockTime(next) })
  if (!preview?.done_at) return say('picturePreview')
  if (asked) return say(goes || photo.sooner_at ? 'pictureAsked' : 'pictureAskedHeld')
  return say(goes || photo.sooner_at ? 'pictureWaits' : 'pictureHeld')
}

function Picture({ photo, goes, asked }: { photo: KeptPhoto } & Omit<Waits, 'gone'>) {
  const url = useStored(() => photoUrl(blankRow('photo', photo.id), 'preview'), [photo.id])
  const now = Date.now()
  return (
    <li class="pic">
      <span class="pic-img">{url && <img src={url} alt="" loading="lazy" />}</span>
      <span class="grow">
        <span class="row-t n">{say('pictureAt', { when: moment(photo.added_at, now) })}</span>
        <br />
        <span class="row-s n">
          {pictureWord(photo, { gone: pulse.value.uploading.get(photo.id), goes, asked }, now)}
        </span>
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

/** Lets full pictures go that somebody waits for; the others stay where they are. */
export async function sendSooner(ids: readonly string[]): Promise<void> {
  const { outbox } = store()
  await strictly(outbox, () =>
    outbox.photos
      .where('id')
      .anyOf([...ids])
      .modify({ sooner_at: Date.now() }),
  )
  syncNow()
}

const mayGoNow = () => pictures.value === 'always' || mayGo()

/** Who waits for full pictures, and one tap that lets these go where all are held back. */
export function AskedFor({ photos, asked }: KeptPictures) {
  const [wrong, setWrong] = useState(false)
  const goes = mayGoNow()
  const waiting = photos.filter((photo) => isUnsent(photo) && asked.has(photo.id))
  if (waiting.length === 0) return null
  const held = goes ? [] : waiting.filter((photo) => !photo.sooner_at)
  const send = () => {
    setWrong(false)
    sendSooner(held.map(({ id }) => id)).catch(() => setWrong(true))
  }
  return (
    <div class="card card-pad pics-asked" role="status">
      <p class="row-t n">{say('picturesAsked', { n: waiting.length })}</p>
      {held.length > 0 ? (
        <button type="button" class="btn btn-line" onClick={send}>
          {say('picturesAskedGo', { n: held.length, size: size(held.reduce((sum, { bytes }) => sum + bytes, 0)) })}
        </button>
      ) : (
        <p class="row-s">{say('picturesAskedFirst')}</p>
      )}
      {wrong && (
        <p class="row-s c-warn" role="alert">
          {t('notKept')}
        </p>
      )}
    </div>
  )
}

/** Photos on their way, one by one, and when full pictures may go. */
export function PicturesCard({ photos, asked }: KeptPictures) {
  const goes = mayGoNow()
  const open = newestWorkFirst(photos.filter(isUnsent))
  const waiting = open.filter((photo) => asked.has(photo.id))
  const rows = [...waiting, ...open.filter((photo) => !asked.has(photo.id))].slice(0, MOST)
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
              {rows.map((photo) => (
                <Picture photo={photo} goes={goes} asked={asked.has(photo.id)} key={photo.id} />
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

interface KeptPictures {
  photos: readonly KeptPhoto[]
  /** Of which a supervisor waits for the full picture, and since when. */
  asked: ReadonlyMap<string, number>
}

/** What this phone keeps of photos it took, and which of them somebody waits for. */
export async function keptPhotos(): Promise<KeptPictures> {
  const photos = await store().outbox.photos.toArray()
  return { photos, asked: await askedOf(store(), photos.filter(isUnsent)) }
}
