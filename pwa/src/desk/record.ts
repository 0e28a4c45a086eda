import { useEffect, useState } from 'preact/hooks'
import { read, revision } from './api.ts'

export interface Opened<Row> {
  row: Row | undefined
  problem: string | null
  again: () => void
}

/** One record of a list, as the server has it now. */
export function useRecord<Row>(list: string, id: string): Opened<Row> {
  const changes = revision.value
  const [opened, show] = useState<Omit<Opened<Row>, 'again'> & { id: string }>({ id, row: undefined, problem: null })
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let over = false
    void read<Row>(`/api/${list}/${id}`).then((got) => {
      if (over) return
      show((before) => ({
        id,
        row: got.ok ? got.value : before.id === id ? before.row : undefined,
        problem: got.ok ? null : got.code,
      }))
    })
    return () => {
      over = true
    }
  }, [list, id, changes, turn])
  // what is still shown belongs to the record before
  const fresh = opened.id === id
  return {
    row: fresh ? opened.row : undefined,
    problem: fresh ? opened.problem : null,
    again: () => setTurn((n) => n + 1),
  }
}
