import { useState } from 'preact/hooks'
import type { InspectionView } from '../inspections/view.ts'
import { t } from '../texts/index.ts'
import { ReasonSheet } from '../ui/ReasonSheet.tsx'
import { unkeptWords, useTried } from '../ui/tried.tsx'
import { albumOf } from '../viewer/album.ts'
import { Tool } from '../viewer/Tools.tsx'
import { Viewer } from '../viewer/Viewer.tsx'
import { retractPhoto } from './acts.ts'
import type { ShownPhoto } from './Strip.tsx'

interface RetractProps {
  view: InspectionView
  photo: ShownPhoto['photo']
}

/** Takes a photo back, with a reason; the question stands until that is kept. */
function Retract({ view, photo }: RetractProps) {
  const [asking, ask] = useState(false)
  const [retract, why] = useTried(async (reason: string) => {
    await retractPhoto({ id: view.id, seen: view.seen }, photo.id, reason)
    ask(false)
  })
  return (
    <>
      <Tool icon="undo" word={t('photoRetract')} onTap={() => ask(true)} />
      {asking && (
        <ReasonSheet
          title={t('photoRetractTitle')}
          reasons={[t('retractBlurred'), t('retractWrong')]}
          send={t('photoRetract')}
          danger
          wrong={why === null ? '' : unkeptWords(why).title}
          onSend={retract}
          onClose={() => ask(false)}
        />
      )}
    </>
  )
}

interface ViewerProps {
  view: InspectionView
  item: string
  /** The photo that is looked at. */
  id: string
  onMove: (id: string) => void
  onClose: () => void
}

/** The photos of an item, large, check by check; who took part may take one back. */
export function CheckViewer({ view, item, id, onMove, onClose }: ViewerProps) {
  const editable = view.findings.get(item)?.editable === true
  const mayRetract = ({ photo }: ShownPhoto) => editable && view.refusal('photo.retract', photo) === null
  return (
    <Viewer
      album={albumOf(view, item)}
      id={id}
      view={view}
      onMove={onMove}
      onClose={onClose}
      more={(shown) => mayRetract(shown) && <Retract view={view} photo={shown.photo} key={shown.photo.id} />}
    />
  )
}
