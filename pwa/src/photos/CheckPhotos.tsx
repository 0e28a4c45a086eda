import { useState } from 'preact/hooks'
import type { InspectionView } from '../inspections/view.ts'
import { session } from '../people/session.ts'
import { piece } from '../shell/later.tsx'
import { keepFor } from './adding.ts'
import { Strip } from './Strip.tsx'
import { shooting, spotOf } from './shooting.ts'

const Viewer = piece(async () => (await import('./CheckViewer.tsx')).CheckViewer)

interface Props {
  view: InspectionView
  item: string
  check: string
  /** What the photos show, in words. */
  what: string
  editable: boolean
}

/** The photos of one check: look, take, choose from the gallery, withdraw. */
export function CheckPhotos({ view, item, check, what, editable }: Props) {
  const [open, setOpen] = useState<string | null>(null)
  const photos = view.photos.filter((one) => one.item === item && one.check === check && !one.photo.retracted)
  if (!editable && photos.length === 0) return null
  const adding = {
    spot: spotOf(view.id, check),
    onTake: () => {
      shooting.value = { inspection: view.id, check }
    },
    onAdd: keepFor({ inspection: view.id, item }, check),
  }
  return (
    <>
      <Strip
        photos={photos}
        what={what}
        onOpen={(at) => setOpen(photos[at]?.photo.id ?? null)}
        adding={editable ? adding : undefined}
      />
      {open !== null && session.value && (
        <Viewer view={view} item={item} id={open} onMove={setOpen} onClose={() => setOpen(null)} />
      )}
    </>
  )
}
