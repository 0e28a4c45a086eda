import { useState } from 'preact/hooks'
import { Camera } from '../camera/Camera.tsx'
import type { Mark } from '../contract/records.ts'
import { path } from '../router.ts'
import { t } from '../texts/index.ts'
import { Unkept, useTried } from '../ui/tried.tsx'
import { Tool } from '../viewer/Tools.tsx'
import { Viewer as Large } from '../viewer/Viewer.tsx'
import type { Add } from './adding.ts'
import { type ShownPhoto, Strip } from './Strip.tsx'

export type { ShownPhoto }

/** Takes a photo back; where the phone could not keep that, it says so here. */
function Withdraw({ onRetract }: { onRetract: () => Promise<unknown> }) {
  const [retract, why] = useTried(onRetract)
  return (
    <>
      <Tool icon="undo" word={t('photoRetract')} onTap={retract} />
      <Unkept why={why} />
    </>
  )
}

interface ViewerProps {
  photos: readonly ShownPhoto[]
  at: number
  what: string
  onMove: (at: number) => void
  onClose: () => void
  onRetract?: ((photo: string) => Promise<unknown>) | undefined
  /** Keeps what was drawn over one of them; without it none can be drawn on. */
  onMark?: ((photo: ShownPhoto, marks: Mark[]) => Promise<void>) | undefined
}

/** These photos, large. */
export function Viewer({ photos, at, what, onMove, onClose, onRetract, onMark }: ViewerProps) {
  const kept = photos.filter(({ photo }) => !photo.retracted)
  return (
    <Large
      album={[{ what, photos: kept }]}
      id={photos[at]?.photo.id ?? ''}
      onMove={(id) => onMove(photos.findIndex(({ photo }) => photo.id === id))}
      onClose={onClose}
      onMark={onMark}
      more={onRetract && (({ photo }) => <Withdraw onRetract={() => onRetract(photo.id)} key={photo.id} />)}
    />
  )
}

interface Props {
  photos: readonly ShownPhoto[]
  /** What they show, in words. */
  what: string
  /** Keeps a picture; without it none can be added. */
  onAdd?: Add | undefined
  onRetract?: ((photo: string) => Promise<unknown>) | undefined
  /** Keeps what was drawn over one of them; without it none can be drawn on. */
  onMark?: ((photo: ShownPhoto, marks: Mark[]) => Promise<void>) | undefined
}

/** The photos of a visit or a comment: look, take, choose from the gallery, withdraw. */
export function Shots({ photos, what, onAdd, onRetract, onMark }: Props) {
  const [open, setOpen] = useState<number | null>(null)
  const [taking, take] = useState(false)
  if (!onAdd && photos.length === 0) return null
  const spot = `${path.value} ${what}`
  return (
    <>
      <Strip photos={photos} what={what} onOpen={setOpen} adding={onAdd && { spot, onTake: () => take(true), onAdd }} />
      {taking && onAdd && (
        <Camera
          targets={[{ spot, what, photos, add: onAdd }]}
          at={0}
          onMove={() => undefined}
          onClose={() => take(false)}
        />
      )}
      {open !== null && (
        <Viewer
          photos={photos}
          at={open}
          what={what}
          onMove={setOpen}
          onClose={() => setOpen(null)}
          onRetract={onRetract}
          onMark={onMark}
        />
      )}
    </>
  )
}
