import type { ComponentChildren } from 'preact'
import { secondsOf, trueTime } from '../evidence/facts.ts'
import type { ShownPhoto } from '../photos/Strip.tsx'
import { moment } from '../texts/format.ts'
import { useStep } from '../ui/step.ts'
import { Picture } from './Picture.tsx'
import { say } from './say.ts'
import { CompareIcon } from './Tools.tsx'
import { useCut } from './useCut.ts'

interface Props {
  /** The two photos, in any order: the older one comes to lie on the left. */
  pair: readonly [ShownPhoto, ShownPhoto]
  what: string
  /** What lies over a picture. */
  over: (shown: ShownPhoto) => ComponentChildren
  onClose: () => void
}

const minute = ({ photo }: ShownPhoto) => moment(trueTime(photo), Date.now())

/** When each was taken, told apart to the second where they come from one minute. */
function timesOf(left: ShownPhoto, right: ShownPhoto): [string, string] {
  const [a, b] = [minute(left), minute(right)]
  return a === b ? [a + secondsOf(trueTime(left.photo)), b + secondsOf(trueTime(right.photo))] : [a, b]
}

/** Two photos in the same place; a line between them uncovers more of the one or the other. */
export function Compare({ pair, what, over, onClose }: Props) {
  const [left, right] = trueTime(pair[0].photo) <= trueTime(pair[1].photo) ? pair : [pair[1], pair[0]]
  const [before, after] = timesOf(left, right)
  const { frame, handle } = useCut((n) => say('cutAt', { left: before, right: after, n }))
  useStep(onClose)
  const picture = (shown: ShownPhoto, when: string) => (
    <Picture shown={shown} what={say('comparePhoto', { when, what })}>
      {over(shown)}
    </Picture>
  )
  return (
    <div class="cmp" ref={frame}>
      <div class="cmp-side">{picture(left, before)}</div>
      <div class="cmp-over">
        <div class="cmp-in">{picture(right, after)}</div>
      </div>
      <p class="cmp-t n">{before}</p>
      <p class="cmp-t cmp-r n">{after}</p>
      <div class="cmp-line">
        <div
          class="cmp-b"
          role="slider"
          tabIndex={0}
          aria-label={say('cut')}
          aria-orientation="horizontal"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={50}
          ref={handle}
        >
          <CompareIcon />
        </div>
      </div>
    </div>
  )
}
