import { useEffect, useState } from 'preact/hooks'

/** What became of a picture on the sheet: drawn, not drawable, or nothing to draw. */
export type Arrival = 'drawn' | 'broken' | 'none'

export interface Arrivals {
  /** Pictures that are drawn or have none; the others are still on their way. */
  settled: number
  of: number
  broken: number
  tell: (id: string, arrival: Arrival) => void
  /** Prints once every picture is there. */
  print: () => void
  /** Whether that was asked for, and some are still on their way. */
  waiting: boolean
}

/** Counts the pictures of a sheet as they come, so that none is printed before it is there. */
export function useArrivals(ids: readonly string[]): Arrivals {
  const [known, know] = useState<ReadonlyMap<string, Arrival>>(new Map())
  const [asked, ask] = useState(false)
  const here = ids.flatMap((id) => known.get(id) ?? [])
  const ready = here.length === ids.length
  useEffect(() => {
    if (!asked || !ready) return
    ask(false)
    window.print()
  }, [asked, ready])
  return {
    settled: here.length,
    of: ids.length,
    broken: here.filter((arrival) => arrival === 'broken').length,
    tell: (id, arrival) => know((before) => (before.get(id) === arrival ? before : new Map(before).set(id, arrival))),
    print: () => ask(true),
    waiting: asked && !ready,
  }
}
