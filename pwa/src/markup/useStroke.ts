import { useRef, useState } from 'preact/hooks'
import type { Mark } from '../contract/records.ts'
import type { Held } from './fingers.ts'
import { tapped } from './geometry.ts'
import { dragged, type Grip, grasped, type Scene } from './grip.ts'
import type { Canvas, Point } from './shapes.ts'
import type { Editing } from './useEditing.ts'
import type { Laid } from './usePicture.ts'
import { remNow } from './useUnit.ts'

/** A mark that a finger is about to draw (`index` null) or to change. */
interface Live {
  index: number | null
  mark: Mark
}

export interface Asking {
  editing: Editing
  /** A text is wanted at a point. */
  onText: (at: Point, on: Canvas) => void
  onEditText: (index: number) => void
}

/** A tap selects what is there; on the selected text it asks for other words, on nothing the text tool for new ones. */
function tap(at: Point, { marks, selected, tool, on, rem }: Scene, { editing, onText, onEditText }: Asking): void {
  const hit = tapped(marks, at, on, rem)
  if (hit === null && selected === null && tool === 'text') onText(at, on)
  else if (hit !== null && hit === selected && marks[hit]?.shape === 'text' && !editing.isLocked(marks[hit]))
    onEditText(hit)
  else editing.select(hit)
}

const laidOver = (marks: readonly Mark[], live: Live | null): readonly Mark[] => {
  if (!live) return marks
  return live.index === null ? [...marks, live.mark] : marks.map((mark, at) => (at === live.index ? live.mark : mark))
}

/** What one finger does: the mark it draws or drags is seen on the way, and kept at its end. */
export function useStroke(asking: Asking, laid: Laid) {
  const { editing, onText } = asking
  const { marks, selected, tool, isLocked } = editing
  const grip = useRef<Grip | null>(null)
  const [live, setLive] = useState<Live | null>(null)
  const scene: Scene = { marks, selected, tool, on: laid.on, rem: remNow(), isLocked }
  const over = () => {
    grip.current = null
    setLive(null)
  }
  const become = (x: number, y: number) => grip.current && dragged(grip.current, laid.pointAt(x, y), scene)

  function keep(held: Grip | null, mark: Mark | null, at: Point) {
    if (held?.kind === 'draw' && tool === 'text') return onText(at, laid.on)
    if (!held || !mark) return
    if (held.kind === 'draw') return editing.add(mark)
    editing.change(held.index, mark)
    editing.select(held.index)
  }
  const held: Held = {
    zoom: () => laid.zoom,
    lay: laid.lay,
    begin: (x, y) => {
      grip.current = grasped(laid.pointAt(x, y), scene)
    },
    move: (x, y) => {
      const mark = become(x, y)
      const index = !grip.current || grip.current.kind === 'draw' ? null : grip.current.index
      setLive(mark && { index, mark })
    },
    end: (x, y, isTap) => {
      const [took, mark, at] = [grip.current, isTap ? null : become(x, y), laid.pointAt(x, y)]
      over()
      if (isTap) tap(at, scene, asking)
      else keep(took, mark, at)
    },
    cancel: over,
  }
  return {
    held,
    marks: laidOver(marks, live),
    chosen: live?.mark ?? marks[selected ?? -1],
    /** Whoever lays a cover sees what it will lie on. */
    uncovered: live?.mark.shape === 'blur',
  }
}
