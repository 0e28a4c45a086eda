import { signal } from '@preact/signals'

/** What a reviewer has marked so far in one inspection; nothing of it leaves the desk before it is sent. */
export interface Marks {
  seen: ReadonlySet<string>
  /** Item code to reason. */
  returns: Readonly<Record<string, string>>
}

const NONE: Marks = { seen: new Set(), returns: {} }
const all = signal<Readonly<Record<string, Marks>>>({})

export const marksOf = (inspection: string): Marks => all.value[inspection] ?? NONE

function put(inspection: string, marks: Marks): void {
  all.value = { ...all.value, [inspection]: marks }
}

export function markSeen(inspection: string, check: string): void {
  const marks = marksOf(inspection)
  put(inspection, { ...marks, seen: new Set([...marks.seen, check]) })
}

/** Puts an item among those to be returned; without a reason it is taken out again. */
export function markReturn(inspection: string, item: string, reason: string | null): void {
  const { [item]: _old, ...others } = marksOf(inspection).returns
  put(inspection, { ...marksOf(inspection), returns: reason === null ? others : { ...others, [item]: reason } })
}

export function clearMarks(inspection: string): void {
  put(inspection, NONE)
}
