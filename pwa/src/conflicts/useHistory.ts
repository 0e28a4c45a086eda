import { useEffect, useRef, useState } from 'preact/hooks'
import type { ProblemCode } from '../contract/problems.ts'
import { useLater } from '../database/live.ts'
import { store } from '../database/open.ts'
import { historyHere, historyWhole, type Kind, markOf, type Step, type Told } from './steps.ts'

/** So long the server has before what this phone holds is shown instead, milliseconds. */
const PATIENCE = 4_000

interface Answer {
  id: string
  /** `null` where the server did not tell it. */
  told: Told | null
  code: ProblemCode | 'offline'
}

/**
 * The history of a record: what the server tells, or what this phone holds where it cannot be asked. `undefined` until
 * one of them is known; asked anew when something of the record has changed, and whichever answer comes is kept.
 */
export function useHistory(type: Kind, id: string): Told | undefined {
  const mine = useLater(() => historyHere(type, id), [type, id])
  const mark = useLater(() => markOf(type, id), [type, id])
  const [answer, setAnswer] = useState<Answer | null>(null)
  const asked = useRef(0)
  const taken = useRef(0)
  const over = useRef(new AbortController())
  useEffect(() => {
    over.current = new AbortController()
    const without: Answer = { id, told: null, code: 'offline' }
    const timer = setTimeout(() => setAnswer((before) => (before?.id === id ? before : without)), PATIENCE)
    return () => {
      over.current.abort()
      clearTimeout(timer)
    }
  }, [type, id])
  useEffect(() => {
    if (mark === undefined) return
    const turn = ++asked.current
    const { signal } = over.current
    const take = (got: Told | ProblemCode | 'offline') => {
      if (signal.aborted || turn < taken.current) return
      taken.current = turn
      if (typeof got !== 'string') return setAnswer({ id, told: got, code: 'offline' })
      setAnswer((before) => (before?.id === id && before.told ? before : { id, told: null, code: got }))
    }
    historyWhole(type, id, signal).then(take, () => take('offline'))
  }, [type, id, mark])
  if (answer?.id !== id) return undefined
  return answer.told ?? (mine && { ...mine, code: answer.code })
}

/** What a step is found again by: the number of the phone is not known before its work was sent. */
const nameOf = ({ change: [device, n], person }: Step, me: string) => (person === me ? `${n}` : `${device} ${n}`)

/** Whether steps that stand there would stand elsewhere; what the person did themselves is no surprise to them. */
function moves(before: Told, after: Told, me: string): boolean {
  if (before.whole !== after.whole) return true
  const known = before.steps.map((step) => nameOf(step, me))
  const next = after.steps.filter((step) => step.person !== me || known.includes(nameOf(step, me)))
  return next.some((step, i) => i < known.length && nameOf(step, me) !== known[i])
}

interface Still {
  told: Told | undefined
  /** Shows the newer one, where it would have moved what stands under the finger. */
  onNewer: (() => void) | null
}

/** The same for a list with buttons in it. */
export function useStillHistory(type: Kind, id: string): Still {
  const told = useHistory(type, id)
  const [, redraw] = useState(0)
  const shown = useRef<{ id: string; told: Told } | null>(null)
  if (told && (shown.current?.id !== id || !moves(shown.current.told, told, store().person)))
    shown.current = { id, told }
  const here = shown.current?.id === id ? shown.current.told : undefined
  const show = () => {
    if (told) shown.current = { id, told }
    redraw((n) => n + 1)
  }
  return { told: here, onNewer: told && told !== here ? show : null }
}
