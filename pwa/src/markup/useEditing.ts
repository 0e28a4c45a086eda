import { useMemo, useState } from 'preact/hooks'
import type { Mark } from '../contract/records.ts'
import { begun, type Drawn, redone, same, stepped, undone } from './drawn.ts'
import { MOST_MARKS, movedBy, type Shape, sizedBy } from './geometry.ts'
import { say } from './say.ts'
import { nameOf } from './words.ts'

/** What has just happened: `wrong` is said aloud and seen, the rest is for readers of the screen. */
export interface Said {
  words: string
  wrong: boolean
}

const QUIET: Said = { words: '', wrong: false }

interface Desk {
  drawn: Drawn
  setDrawn: (next: Drawn) => void
  select: (index: number | null) => void
  setSaid: (said: Said) => void
  isLocked: (mark: Mark | undefined) => boolean
}

/** What changes the marks: each is one step, with a way back. */
function stepsOf({ drawn, setDrawn, select, setSaid, isLocked }: Desk) {
  const { marks } = drawn
  const told = (words: string) => setSaid({ words, wrong: false })
  function add(mark: Mark) {
    if (marks.length >= MOST_MARKS) return setSaid({ words: say('full', { n: MOST_MARKS }), wrong: true })
    const next = [...marks, mark]
    setDrawn(stepped(drawn, next))
    select(next.length - 1)
    told(say('added', { name: nameOf(next, next.length - 1) }))
  }
  function change(index: number, mark: Mark, about: string | null = null) {
    if (isLocked(marks[index])) return setSaid({ words: say('locked'), wrong: true })
    const next = marks.map((other, at) => (at === index ? mark : other))
    setDrawn(stepped(drawn, next, about))
    setSaid(QUIET)
  }
  function remove(index: number) {
    if (isLocked(marks[index])) return setSaid({ words: say('locked'), wrong: true })
    const name = nameOf(marks, index)
    const rest = marks.filter((_, at) => at !== index)
    setDrawn(stepped(drawn, rest))
    select(null)
    told(say('removed', { name }))
  }
  /** A step of the arrow keys. */
  function nudge(index: number, [dx, dy]: readonly [number, number], sizes: boolean) {
    const mark = marks[index]
    if (mark) change(index, (sizes ? sizedBy : movedBy)(mark, dx, dy), `${sizes ? 'size' : 'move'} ${index}`)
  }
  function go(next: Drawn, words: string) {
    if (next === drawn) return
    setDrawn(next)
    select(null)
    told(words)
  }
  const undo = () => go(undone(drawn), say('undid'))
  const redo = () => go(redone(drawn), say('redid'))
  return { add, change, remove, nudge, undo, redo }
}

/** The marks while they are drawn: which one is selected, what the finger draws, the way back. */
export function useEditing(marksNow: readonly Mark[], mayUncover: boolean) {
  // others may draw meanwhile: what this sitting began with stays
  const [first] = useState(marksNow)
  const [drawn, setDrawn] = useState<Drawn>(() => begun(first))
  const [tool, setTool] = useState<Shape>('circle')
  const [selected, select] = useState<number | null>(null)
  const [said, setSaid] = useState<Said>(QUIET)
  const locked = useMemo(() => new Set(mayUncover ? [] : first.filter(({ shape }) => shape === 'blur')), [])
  const isLocked = (mark: Mark | undefined) => mark !== undefined && locked.has(mark)
  return {
    first,
    marks: drawn.marks,
    tool,
    selected,
    said,
    ...stepsOf({ drawn, setDrawn, select, setSaid, isLocked }),
    isLocked,
    /** Takes another tool: nothing is selected then, the next stroke draws. */
    take: (next: Shape) => {
      setTool(next)
      select(null)
      setSaid(QUIET)
    },
    select: (index: number | null) => {
      if (index === selected) return
      select(index)
      setSaid(QUIET)
    },
    canUndo: drawn.past.length > 0,
    canRedo: drawn.future.length > 0,
    isUnsaved: !same(first, drawn.marks),
  }
}

export type Editing = ReturnType<typeof useEditing>
