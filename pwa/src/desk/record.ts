import { useEffect, useState } from 'preact/hooks'
import { type Got, read, revision } from './api.ts'
import { keepFresh } from './fresh.ts'

export interface Opened<Row> {
  row: Row | undefined
  problem: string | null
  again: () => void
}

/**
 * One record of a list, as the server has it now. `watched`: it is asked for again while it is shown, for nothing can be
 * typed there that would be drawn over.
 */
export function useRecord<Row>(list: string, id: string, watched = false): Opened<Row> {
  const changes = revision.value
  const [opened, show] = useState<Omit<Opened<Row>, 'again'> & { id: string }>({ id, row: undefined, problem: null })
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let over = false
    const take = (got: Got<Row>) => {
      if (over) return
      show((before) => ({
        id,
        row: got.ok ? got.value : before.id === id ? before.row : undefined,
        problem: got.ok ? null : got.code,
      }))
    }
    const ask = () => read<Row>(`/api/${list}/${id}`).then(take)
    const first = ask()
    const end = watched ? keepFresh({ first, ask, onWord: () => () => {} }) : undefined
    return () => {
      over = true
      end?.()
    }
  }, [list, id, watched, changes, turn])
  // what is still shown belongs to the record before
  const fresh = opened.id === id
  return {
    row: fresh ? opened.row : undefined,
    problem: fresh ? opened.problem : null,
    again: () => setTurn((n) => n + 1),
  }
}
