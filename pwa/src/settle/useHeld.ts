import { signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { fetchHeld, type Got, type HeldHere } from './held.ts'

/** Counts what was decided here, so that lists look again. */
export const decided = signal(0)

/** The list as the server has it; `null` while it comes. */
export function useHeld(status: 'open' | 'settled'): { got: Got<HeldHere> | null; again: () => void } {
  const [got, setGot] = useState<{ status: string; of: Got<HeldHere> } | null>(null)
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let over = false
    void fetchHeld(status).then((of) => {
      if (!over) setGot({ status, of })
    })
    return () => {
      over = true
    }
  }, [status, turn, decided.value])
  return { got: got?.status === status ? got.of : null, again: () => setTurn(turn + 1) }
}
