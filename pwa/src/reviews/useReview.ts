import { useState } from 'preact/hooks'
import type { InspectionView } from '../inspections/view.ts'
import { markReturn, markSeen, marksOf } from './marks.ts'
import { queueOf } from './queue.ts'

/** Everything about the one check that is looked at, and the steps between checks. */
export function useReview(view: InspectionView) {
  const queue = queueOf(view)
  const [check, setCheck] = useState<string | null>(null)
  const [shot, setShot] = useState(0)
  const [words, setWords] = useState('')
  const [missing, setMissing] = useState(false)
  const [correcting, setCorrecting] = useState(false)
  const marks = marksOf(view.id)
  /** Whether the person may decide now. */
  const waits = view.refusal('inspection.return_items') === null
  const at =
    queue.find((entry) => entry.check === check) ?? queue.find((entry) => !marks.seen.has(entry.check)) ?? queue[0]
  const index = at ? queue.indexOf(at) : -1
  function open(next: string | undefined) {
    if (next === undefined) return
    setCheck(next)
    setShot(0)
    setWords('')
    setMissing(false)
  }
  const move = (step: number) => open(queue[index + step]?.check)
  function accept() {
    if (!at) return
    markSeen(view.id, at.check)
    const rest = [...queue.slice(index + 1), ...queue.slice(0, index)]
    open((rest.find((entry) => !marks.seen.has(entry.check)) ?? queue[index + 1])?.check)
  }
  function giveBack() {
    if (!at) return
    if (marks.returns[at.item] !== undefined) return markReturn(view.id, at.item, null)
    if (!words.trim()) return setMissing(true)
    markReturn(view.id, at.item, words.trim())
    markSeen(view.id, at.check)
  }
  return {
    queue,
    at,
    index,
    marks,
    waits,
    shot,
    setShot,
    words,
    setWords,
    missing,
    correcting,
    setCorrecting,
    open,
    move,
    accept,
    giveBack,
  }
}

export type Review = ReturnType<typeof useReview>
