import type { Mark } from '../contract/records.ts'
import { boundsOf, handlesOf } from './geometry.ts'
import { say } from './say.ts'
import type { Canvas } from './shapes.ts'
import type { Editing } from './useEditing.ts'
import { remNow } from './useUnit.ts'
import { toldOf } from './words.ts'

const percent = (part: number, of: number) => `${(part / of) * 100}%`

/** Where a finger takes hold of the mark that is selected. */
export function Handles({ mark, on }: { mark: Mark; on: Canvas }) {
  return (
    <>
      {handlesOf(mark, on).map(([handle, [x, y]]) => (
        <i
          class="mk-handle"
          key={handle}
          style={{ left: percent(x, on.width), top: percent(y, on.height) }}
          data-handle={handle}
        />
      ))}
    </>
  )
}

/** Steps of the arrow keys, in parts of 10 000. */
const STEP = 100
const WAYS: Readonly<Record<string, [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
}

interface ListProps {
  editing: Editing
  on: Canvas
  onEditText: (index: number) => void
  onRemove: (index: number) => void
}

/** The marks as a list over the picture: each is reached with Tab, and told to readers of the screen. */
export function MarkList({ editing, on, onEditText, onRemove }: ListProps) {
  const { marks, selected } = editing
  const rem = remNow()
  function onKey(event: KeyboardEvent, index: number, mark: Mark) {
    const way = WAYS[event.key]
    if (way) editing.nudge(index, way, event.shiftKey)
    else if (event.key === 'Delete' || event.key === 'Backspace') onRemove(index)
    else if (event.key === 'Enter' && mark.shape === 'text') onEditText(index)
    else return
    event.preventDefault()
  }
  return (
    <ul class="mk-list" aria-label={say('list')}>
      {marks.map((mark, index) => {
        const { x, y, w, h } = boundsOf(mark, on, rem)
        return (
          <li key={index}>
            <button
              type="button"
              data-shape={mark.shape}
              aria-label={toldOf(marks, index)}
              aria-pressed={selected === index}
              aria-description={say(editing.isLocked(mark) ? 'locked' : 'keys')}
              style={{
                left: percent(x, on.width),
                top: percent(y, on.height),
                width: percent(w, on.width),
                height: percent(h, on.height),
              }}
              onFocus={() => editing.select(index)}
              onClick={() => editing.select(index)}
              onKeyDown={(event) => onKey(event, index, mark)}
            />
          </li>
        )
      })}
    </ul>
  )
}
