import { useEffect, useState } from 'preact/hooks'
import { textSha256 } from '../core/deductions.ts'
import type { InspectionView } from '../inspections/view.ts'
import { type SignedState, stateOf, textOf, toldHash } from './state.ts'

/** The hash of the list as it is now; null while nobody can tell. */
export function useListHash(view: InspectionView): string | null {
  const told = toldHash(view)
  const text = told === null ? textOf(view) : null
  const [counted, keep] = useState<{ text: string; hash: string } | null>(null)
  useEffect(() => {
    if (text === null) return
    let over = false
    textSha256(text).then(
      (hash) => over || keep({ text, hash }),
      () => undefined,
    )
    return () => {
      over = true
    }
  }, [text])
  return told ?? (counted && counted.text === text ? counted.hash : null)
}

export const useSigned = (view: InspectionView): SignedState => stateOf(view, useListHash(view))
