import { session } from '../people/session.ts'
import { Ask } from './Ask.tsx'
import type { Place } from './album.ts'
import { coversOf, marksOf, maySeeUnder } from './rights.ts'
import { say } from './say.ts'
import { Tool, ToolRow } from './Tools.tsx'
import type { Switches } from './useSwitches.ts'
import type { ViewerProps } from './Viewer.tsx'

interface Props extends ViewerProps {
  place: Place
  switches: Switches
}

/** How many places are covered; who may look at what is under them switches that here. */
function Covers({ place, switches, view }: Props) {
  const { photo } = place.shown
  const n = coversOf(photo)
  if (n === 0) return null
  const may = maySeeUnder(photo, session.value?.person.id, view)
  return (
    <>
      <p class="vw-cov small">{say('covered', { n })}</p>
      {may && (
        <Tool icon="eye" word={say('uncover')} on={switches.uncovered} onTap={() => switches.toggle('uncovered')} />
      )}
    </>
  )
}

/** What may be done with the photo, and what can be shown over it. */
export function Foot(props: Props) {
  const { place, switches, view, more } = props
  const { photo } = place.shown
  const drawn = marksOf(photo).some(({ shape }) => shape !== 'blur')
  return (
    <footer class="viewer-foot">
      <ToolRow label={say('tools')}>
        <Covers {...props} />
        {drawn && <Tool icon="eye" word={say('marks')} on={switches.marks} onTap={() => switches.toggle('marks')} />}
        <Tool icon="copydup" word={say('compare')} onTap={() => switches.pick(true)} />
        {view && <Ask view={view} photo={photo} button="btn btn-line" />}
        {more?.(place.shown)}
      </ToolRow>
    </footer>
  )
}
