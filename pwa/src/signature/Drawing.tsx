import { pathOf } from './curve.ts'
import { boxOf, type Stroke } from './strokes.ts'

/** A signature as it was written, as large as its place. */
export function Drawing({ strokes, label }: { strokes: readonly Stroke[]; label: string }) {
  return (
    <svg class="sign-drawing" viewBox={boxOf(strokes).join(' ')} role="img" aria-label={label}>
      {strokes.map((stroke, i) => (
        <path d={pathOf(stroke)} key={i} />
      ))}
    </svg>
  )
}
