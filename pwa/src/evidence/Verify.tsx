import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { holdsOver } from '../core/scope.ts'
import { store } from '../database/open.ts'
import { surroundings } from '../people/surroundings.ts'
import '../ui/Button.css'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { useOnce } from '../ui/once.ts'
import { checkPicture, checkSignature, type Picture, type Signature } from './check.ts'
import type { About } from './Facts.tsx'
import { say } from './say.ts'

type Of = Pick<About, 'photo' | 'branch'>
type Found = { picture: Picture; signature: Signature } | 'under way'

/** Author and supervisors may have the file as it was uploaded; the server judges again. */
async function mayOriginal({ photo, branch }: Of): Promise<boolean> {
  const { cache, person } = store()
  if (photo.author === person) return true
  const { audiences, units } = await surroundings(cache)
  return branch !== undefined && holdsOver(audiences, 'supervisor', branch, units)
}

async function look(of: Of): Promise<Found> {
  const [picture, signature] = await Promise.all([
    mayOriginal(of).then((original) => checkPicture(of.photo, original)),
    checkSignature(of.photo, of.branch?.id),
  ])
  return { picture, signature }
}

type Line = readonly [IconName, string, string?]

const GOOD = 'ev-good'
const WRONG = 'c-fail'

const pictureLine = (picture: Picture): Line =>
  ({
    same: ['ok-circle', say('picSame'), GOOD] as const,
    differs: ['st-refused', say('picDiffers'), WRONG] as const,
    copy: ['info', say('picCopy')] as const,
    away: ['offline', say('picAway')] as const,
    not_here: ['clock', say('picNotHere')] as const,
  })[picture]

const signatureLine = (signature: Signature): Line =>
  ({
    good: ['ok-circle', say('sigGood'), GOOD] as const,
    bad: ['st-refused', say('sigBad'), WRONG] as const,
    other: ['st-refused', say('sigOther'), WRONG] as const,
    none: ['info', say('sigNone')] as const,
    cannot: ['info', say('sigCannot')] as const,
  })[signature]

function linesOf(found: Found | null): readonly Line[] {
  if (found === null) return []
  if (found === 'under way') return [['clock', say('checking')]]
  return [pictureLine(found.picture), signatureLine(found.signature)]
}

/** Fingerprint and signature checked here and now, on a tap: it may fetch the whole picture. */
export function Verify({ children, ...of }: Of & { children: ComponentChildren }) {
  const [found, find] = useState<Found | null>(null)
  const check = useOnce(async () => {
    find('under way')
    find(await look(of))
  })
  return (
    <div class="ev-check">
      {children}
      <button type="button" class="btn btn-line btn-s" onClick={check}>
        <Icon name="shield" />
        {say('check')}
      </button>
      <div class="small" role="status">
        {linesOf(found).map(([icon, text, tone]) => (
          <p class={tone} key={text}>
            <Icon name={icon} />
            <span>{text}</span>
          </p>
        ))}
      </div>
    </div>
  )
}
