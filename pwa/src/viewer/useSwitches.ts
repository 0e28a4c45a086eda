import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import type { ShownPhoto } from '../photos/Strip.tsx'

/** What is switched on over a photo, and what is open beside it. */
export interface Switches {
  marks: boolean
  watermark: boolean
  facts: boolean
  /** Whether what is covered is looked at; over with the next photo. */
  uncovered: boolean
  picking: boolean
  drawing: boolean
  /** The photo this one is compared with. */
  other: ShownPhoto | null
  toggle: (what: 'marks' | 'watermark' | 'facts' | 'uncovered') => void
  pick: (open: boolean) => void
  draw: (open: boolean) => void
  compare: (other: ShownPhoto | null) => void
}

export function useSwitches(id: string, against: ShownPhoto | null = null): Switches {
  const [on, set] = useState({ marks: true, watermark: false, facts: false, uncovered: false })
  const [open, setOpen] = useState<'pick' | 'draw' | null>(null)
  const [other, setOther] = useState<ShownPhoto | null>(null)
  // not at once: the viewer takes its step in the history first, so that the back key ends the comparison before it
  useLayoutEffect(() => setOther(against), [])
  useEffect(() => {
    set((before) => ({ ...before, uncovered: false }))
    // begun over another photo, which is gone: its marks belong to no other
    setOpen(null)
  }, [id])
  return {
    ...on,
    picking: open === 'pick',
    drawing: open === 'draw',
    other,
    toggle: (what) => set((before) => ({ ...before, [what]: !before[what] })),
    pick: (yes) => setOpen(yes ? 'pick' : null),
    draw: (yes) => setOpen(yes ? 'draw' : null),
    compare: (photo) => {
      setOpen(null)
      setOther(photo)
    },
  }
}
