import { useId, useRef } from 'preact/hooks'
import { Icon } from '../ui/Icon.tsx'
import { pathOf } from './curve.ts'
import { say } from './say.ts'
import type { Stroke } from './strokes.ts'
import { usePen } from './usePen.ts'

interface Props {
  strokes: readonly Stroke[]
  wrong: string | null
  onChange: (strokes: Stroke[]) => void
}

/** Where one writes with a finger, a pen or a mouse. Its width is ten thousand, whatever the screen. */
export function Pad({ strokes, wrong, onChange }: Props) {
  const id = useId()
  const wet = useRef<SVGPathElement>(null)
  const pen = usePen(wet, strokes, (stroke) => onChange([...strokes, stroke]))
  const empty = strokes.length === 0
  return (
    <div class="sign-write gap">
      <div class={wrong ? 'sign-pad input--bad' : 'sign-pad'}>
        {empty && (
          <span class="sign-pad-hint" aria-hidden="true">
            {say('padHint')}
          </span>
        )}
        <svg
          viewBox="0 0 10000 10000"
          preserveAspectRatio="xMidYMin slice"
          role="img"
          aria-label={say('pad', { n: strokes.length })}
          aria-describedby={wrong ? id : undefined}
          {...pen}
        >
          {strokes.map((stroke, i) => (
            <path d={pathOf(stroke)} key={i} />
          ))}
          <path ref={wet} />
        </svg>
      </div>
      <p class="hint c-fail sign-wrong" id={id} role="alert">
        {wrong && (
          <>
            <Icon name="st-refused" /> {wrong}
          </>
        )}
      </p>
      <div class="sign-pad-a">
        <button type="button" class="btn btn-line" aria-disabled={empty} onClick={() => onChange(strokes.slice(0, -1))}>
          <Icon name="undo" />
          {say('undo')}
        </button>
        <button type="button" class="btn btn-line" aria-disabled={empty} onClick={() => onChange([])}>
          {say('clear')}
        </button>
      </div>
    </div>
  )
}
