import { signal } from '@preact/signals'
import type { Place as Spot } from '../branches/distance.ts'
import { distance } from '../branches/distance.ts'
import { distance as metres, span } from '../texts/format.ts'
import { Icon } from '../ui/Icon.tsx'
import type { Place } from './place.ts'
import { say } from './say.ts'
import type { Placing } from './usePlace.ts'

/** As the server counts: so old, ms, a position may be that of another place; so far, metres, is not at the branch. */
const STALE = 120_000
const FENCE = 300

const WORDS = { unasked: 'unasked', looking: 'looking', denied: 'noPlace', none: 'noPlace' } as const

/** In words where the phone is, and whether that is nothing to be proud of. */
export function whereabouts({ whether, fix }: Place, home: Spot | null, now: number): { text: string; odd: boolean } {
  if (whether === 'denied' || !fix) return { text: say(WORDS[whether === 'found' ? 'none' : whether]), odd: false }
  const age = now - fix.at
  if (age > STALE) return { text: say('oldPlace', { span: span(age) }), odd: true }
  const off = metres(fix.accuracy)
  const away = distance(fix, home)
  if (away === null) return { text: say('placed', { off }), odd: false }
  const far = away - fix.accuracy > FENCE
  return { text: say(far ? 'farAway' : 'awayFrom', { distance: metres(away), off }), odd: far }
}

/** In the top line: how far from the branch. */
export function Where({ place, home }: { place: Place; home: Spot | null }) {
  const { text, odd } = whereabouts(place, home, Date.now())
  return (
    <p class={odd ? 'cam-s cam-where n c-warn' : 'cam-s cam-where n'}>
      <Icon name="pin" />
      {text}
    </p>
  )
}

/** What the person has read while this page lives: it is not said again with every photo. */
const answered = signal<ReadonlySet<'unasked' | 'denied'>>(new Set())

/** Asks for the position in a sentence, before the browser does in its own; or what to do where it is forbidden. */
export function AskPlace({ place }: { place: Placing }) {
  const { whether } = place
  if ((whether !== 'unasked' && whether !== 'denied') || answered.value.has(whether)) return null
  const close = () => {
    answered.value = new Set([...answered.peek(), whether])
  }
  return (
    <div class="cam-ask" role="status">
      <p>{say(whether === 'denied' ? 'placeDenied' : 'placeWhy')}</p>
      <div>
        {whether === 'unasked' && (
          <button type="button" class="btn btn-line" onClick={place.ask}>
            {say('allowPlace')}
          </button>
        )}
        <button type="button" class="btn btn-text" onClick={close}>
          {say(whether === 'denied' ? 'placeRead' : 'placeLater')}
        </button>
      </div>
    </div>
  )
}
