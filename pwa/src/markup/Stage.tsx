import { useEffect, useRef, useState } from 'preact/hooks'
import { FITTED } from '../viewer/zoom.ts'
import { follow } from './fingers.ts'
import { MarkLayer } from './MarkLayer.tsx'
import { Handles, MarkList } from './MarkList.tsx'
import { say } from './say.ts'
import { usePicture } from './usePicture.ts'
import { type Asking, useStroke } from './useStroke.ts'

interface Props extends Asking {
  url: string
  width: number
  height: number
  onRemove: (index: number) => void
}

/** The picture with its marks, to draw on. */
export function Stage(props: Props) {
  const { url, width, height, editing, onEditText, onRemove } = props
  const frame = useRef<HTMLDivElement>(null)
  const [broken, setBroken] = useState(false)
  const laid = usePicture(frame, { width, height })
  const { held, marks, chosen, uncovered } = useStroke(props, laid)
  const now = useRef(held)
  now.current = held
  useEffect(() => (frame.current ? follow(frame.current, () => now.current) : undefined), [])
  return (
    <div class="mk-frame" ref={frame}>
      <div class="mk-box" style={laid.style}>
        {broken ? (
          <p role="alert">{say('pictureGone')}</p>
        ) : (
          <img src={url} alt="" draggable={false} onError={() => setBroken(true)} />
        )}
        <MarkLayer marks={marks} width={width} height={height} uncovered={uncovered} silent />
        <MarkList editing={editing} on={laid.on} onEditText={onEditText} onRemove={onRemove} />
        {chosen && !editing.isLocked(chosen) && <Handles mark={chosen} on={laid.on} />}
      </div>
      {laid.zoom.scale > 1 && (
        <button type="button" class="btn btn-line mk-fit" data-own-tap onClick={() => laid.lay(FITTED)}>
          {say('fitAgain')}
        </button>
      )}
    </div>
  )
}
