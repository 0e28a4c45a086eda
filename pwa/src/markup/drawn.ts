/** The marks of one sitting, with the way back and forth. */

import type { Mark } from '../contract/records.ts'

type Marks = readonly Mark[]

export interface Drawn {
  marks: Marks
  past: readonly Marks[]
  future: readonly Marks[]
  /** What the last step was about: steps of a key that is held down are one. */
  about: string | null
}

export const begun = (marks: Marks): Drawn => ({ marks, past: [], future: [], about: null })

export const same = (a: Marks, b: Marks): boolean => JSON.stringify(a) === JSON.stringify(b)

/** After a step. What was undone before it is gone. */
export function stepped(drawn: Drawn, marks: Marks, about: string | null = null): Drawn {
  if (same(drawn.marks, marks)) return drawn
  const goesOn = about !== null && about === drawn.about
  return { marks, past: goesOn ? drawn.past : [...drawn.past, drawn.marks], future: [], about }
}

export function undone(drawn: Drawn): Drawn {
  const marks = drawn.past.at(-1)
  if (!marks) return drawn
  return { marks, past: drawn.past.slice(0, -1), future: [drawn.marks, ...drawn.future], about: null }
}

export function redone(drawn: Drawn): Drawn {
  const [marks, ...future] = drawn.future
  return marks ? { marks, past: [...drawn.past, drawn.marks], future, about: null } : drawn
}

const has = (marks: Marks, mark: Mark) => marks.some((other) => same([other], [mark]))

/** What was drawn since `first`, laid over what others have drawn meanwhile: nobody's new marks are lost. */
export function merged(first: Marks, mine: Marks, theirs: Marks): Marks {
  if (same(first, theirs)) return mine
  const kept = theirs.filter((mark) => has(mine, mark) || !has(first, mark))
  return [...kept, ...mine.filter((mark) => !has(first, mark) && !has(kept, mark))]
}
