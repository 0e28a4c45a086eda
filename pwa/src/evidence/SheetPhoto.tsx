import type { InspectionView } from '../inspections/view.ts'
import { t } from '../texts/index.ts'
import { stateWords } from '../ui/StateWord.tsx'
import type { About } from './Facts.tsx'
import {
  alikeOf,
  alikeWords,
  clockWords,
  hintsOf,
  hintWords,
  placeWords,
  shortPrint,
  signedOf,
  signedWords,
  stamp,
  trueTime,
} from './facts.ts'
import { SheetPicture } from './SheetPicture.tsx'
import { say } from './say.ts'
import type { SheetPhoto as OnSheet } from './sheet.ts'
import type { Arrival } from './useArrivals.ts'

/** Where the picture is: on paper the server's word counts, and this phone's own only before that. */
function whereWords({ photo, state }: OnSheet['shown']): string {
  if (photo.waived) return [t('photoWaived'), photo.waived.reason].filter(Boolean).join(t('comma'))
  if (photo.stored_at) return say('originalHere')
  return photo.preview_at ? say('previewHere') : t(stateWords[state])
}

interface Props {
  view: InspectionView
  one: OnSheet
  who: About['who']
  what: string
  onSettled: (arrival: Arrival) => void
}

/** A photo on paper, and below it what speaks for it: nothing is written over what it shows. */
export function SheetPhoto({ view, one, who, what, onSettled }: Props) {
  const { photo } = one.shown
  const { branch } = view
  const hints = hintsOf(photo).flatMap((hint) => hintWords(hint, photo, branch) || [])
  const source = photo.source === 'camera' ? say('sourceCamera') : say('sourceGallery')
  return (
    <figure class="proof-photo">
      <SheetPicture photo={photo} what={what} onSettled={onSettled} />
      <figcaption>
        <p>
          <b class="n">
            {say('figure', { n: one.n })} · {stamp(trueTime(photo))}
          </b>{' '}
          {clockWords(photo)}
        </p>
        <p>
          {who(photo.author)} · {placeWords(photo, branch)}
        </p>
        <p>{[source, whereWords(one.shown), alikeWords(alikeOf(photo))].join(' · ')}</p>
        <p>
          {say('device')} {signedWords(signedOf(photo))} · {say('fingerprint')} <code>{shortPrint(photo.sha256)}</code>
        </p>
        {hints.length > 0 && (
          <p class="proof-hints">
            <b>{say('lookTwice')}</b> {hints.join(' ')}
          </p>
        )}
      </figcaption>
    </figure>
  )
}
