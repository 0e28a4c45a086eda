import { effect, signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { keepFresh } from '../desk/fresh.ts'
import { syncStatus } from '../sync/status.ts'
import { fetchHeld, type Got, type HeldHere } from './held.ts'

/** Counts what was decided here, so that lists look again. */
export const decided = signal(0)

/** Calls `hear` after every reply of the server: work that was set aside comes with no row, but wakes who decides. */
function onReply(hear: () => void): () => void {
  let last = syncStatus.peek().replied_at
  return effect(() => {
    const { replied_at } = syncStatus.value
    if (replied_at === last) return
    last = replied_at
    hear()
  })
}

interface Asked {
  status: string
  of: Got<HeldHere>
  /** Set where the server was out of reach when it was asked again: when it last answered, epoch ms. */
  since: number | null
}

const all = ({ rows, ...told }: HeldHere): string => JSON.stringify([told, [...rows]])

/**
 * What is shown once the same was asked again: a list stays while the server is away, and goes where the server refuses
 * it, for then it is not this person's to see. An equal one draws nothing.
 */
function renewed(before: Asked | null, now: Asked, answered: number): Asked {
  if (before?.status !== now.status || !before.of.ok) return now
  if (!now.of.ok) return now.of.code === 'offline' ? { ...before, since: answered } : now
  if (all(now.of.value) !== all(before.of.value)) return now
  return before.since === null ? before : { ...before, since: null }
}

interface Held {
  /** `null` while it comes. */
  got: Got<HeldHere> | null
  since: number | null
  again: () => void
}

/** The list as the server has it, and stays so while it is looked at. */
export function useHeld(status: 'open' | 'settled'): Held {
  const [got, setGot] = useState<Asked | null>(null)
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let over = false
    let answered = Date.now()
    const look = async (take: (before: Asked | null, now: Asked) => Asked) => {
      const of = await fetchHeld(status)
      if (over) return
      setGot((before) => take(before, { status, of, since: null }))
      if (of.ok) answered = Date.now()
    }
    const first = look((_, now) => now)
    const ask = () => look((before, now) => renewed(before, now, answered))
    const end = keepFresh({ first, ask, onWord: onReply })
    return () => {
      over = true
      end()
    }
  }, [status, turn, decided.value])
  const here = got?.status === status ? got : null
  return { got: here?.of ?? null, since: here?.since ?? null, again: () => setTurn(turn + 1) }
}
