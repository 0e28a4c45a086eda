import { useRef } from 'preact/hooks'
import type { Mark } from '../contract/records.ts'
import { setMarkup } from '../markup/acts.ts'
import { mayUncover } from '../markup/may.ts'
import { session } from '../people/session.ts'
import { usePhotoUrl } from '../photos/Strip.tsx'
import { piece } from '../shell/later.tsx'
import type { Place } from './album.ts'
import { marksOf } from './rights.ts'
import type { ViewerProps } from './Viewer.tsx'

const Editor = piece(async () => (await import('../markup/Editor.tsx')).Editor)

interface Props extends Pick<ViewerProps, 'view' | 'onMark'> {
  place: Place
  onClose: () => void
}

/** Drawing over the photo that is looked at. */
export function Draw({ place, view, onMark, onClose }: Props) {
  const { shown } = place
  const { photo } = shown
  const now = usePhotoUrl(shown, 'full')
  // while another address is looked up there is none: what is drawn and not yet kept must not go with it
  const last = useRef(now)
  if (now) last.current = now
  const url = last.current
  const me = session.value?.person.id ?? ''
  if (!url) return null
  const save = async (marks: Mark[]) => {
    if (view) await setMarkup({ id: view.id }, photo.id, marks)
    else await onMark?.(shown, marks)
  }
  return (
    <Editor
      url={url}
      width={photo.width}
      height={photo.height}
      marks={marksOf(photo)}
      mayUncover={view ? mayUncover(view, photo, me) : photo.author === me}
      onSave={save}
      onClose={onClose}
    />
  )
}
