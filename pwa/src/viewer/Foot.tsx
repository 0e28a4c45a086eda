import { useEffect, useState } from 'preact/hooks'
import { exportedWords, exportPhoto } from '../evidence/export.ts'
import type { About } from '../evidence/Facts.tsx'
import { mayMark } from '../markup/may.ts'
import { useOnce } from '../ui/once.ts'
import { Ask } from './Ask.tsx'
import type { Place } from './album.ts'
import { isNowhere, marksOf } from './rights.ts'
import { say } from './say.ts'
import { Tool, ToolRow } from './Tools.tsx'
import type { Switches } from './useSwitches.ts'
import type { ViewerProps } from './Viewer.tsx'

interface Props extends ViewerProps {
  place: Place
  switches: Switches
  about: About
}

/** The tools of every picture; those of some come after them, so that none moves from photo to photo. */
function Always({ switches, onExport }: { switches: Switches; onExport: () => void }) {
  return (
    <>
      <Tool icon="compare" word={say('compare')} onTap={() => switches.pick(true)} />
      <Tool icon="clock" word={say('watermark')} on={switches.watermark} onTap={() => switches.toggle('watermark')} />
      <Tool icon="download" word={say('exportIt')} onTap={onExport} />
    </>
  )
}

/** What may be done with the photo, and what can be shown over it. */
export function Foot({ place, switches, view, more, about, onMark }: Props) {
  const { photo } = place.shown
  const [said, tell] = useState<string | null>(null)
  useEffect(() => tell(null), [photo.id])
  const take = useOnce(async () => {
    tell(null)
    tell(exportedWords(await exportPhoto(about)))
  })
  const here = !isNowhere(place.shown)
  const drawn = here && marksOf(photo).some(({ shape }) => shape !== 'blur')
  return (
    <footer class="viewer-foot">
      <p class="vw-said small" role="status">
        {said}
      </p>
      <ToolRow label={say('tools')}>
        <Tool icon="info" word={say('facts')} on={switches.facts} onTap={() => switches.toggle('facts')} />
        {here && <Always switches={switches} onExport={() => take()} />}
        {here && (onMark || (view && mayMark(view, photo))) && (
          <Tool icon="note" word={say('drawMarks')} onTap={() => switches.draw(true)} />
        )}
        {drawn && <Tool icon="eye" word={say('marks')} on={switches.marks} onTap={() => switches.toggle('marks')} />}
        {more?.(place.shown)}
        {view && <Ask view={view} photo={photo} tool key={photo.id} />}
      </ToolRow>
    </footer>
  )
}
