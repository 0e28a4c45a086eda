import { useState } from 'preact/hooks'
import { listSha256 } from '../core/deductions.ts'
import type { InspectionView } from '../inspections/view.ts'
import { toast } from '../ui/Notice.tsx'
import { useTried } from '../ui/tried.tsx'
import { setSigned } from './acts.ts'
import { say } from './say.ts'
import { signedOf, textOf } from './state.ts'
import { compact, isWritten, type Stroke } from './strokes.ts'

/** A reason in one's own words, which no ready reason is called. */
export const OWN = ' own'

/** Keeps what was said to a list as it stands there; the dialog is left once that is on disk, and never before. */
function useKeep({ id, score, inspection }: InspectionView, name: string, onClose: () => void) {
  return useTried(async (said: { strokes?: Stroke[]; refused?: string }, told: string) => {
    if (!score) return
    const list_sha256 = await listSha256(inspection.standard, score)
    await setSigned(id, { list_sha256, total: score.total, at: Date.now(), ...(name ? { name } : {}), ...said })
    toast(told)
    onClose()
  })
}

/**
 * What the branch says to the list they have before them. The list stands still while it is read and signed: if it
 * changes meanwhile that is said, and the new one is taken on a tap, with a clean pad.
 */
export function useSigning(now: InspectionView, onClose: () => void) {
  const [view, take] = useState(now)
  const [typed, setName] = useState<string | null>(null)
  const name = typed ?? now.inspection.representative ?? signedOf(now)?.name ?? ''
  const [strokes, write] = useState<Stroke[]>([])
  const [refusing, refuse] = useState(false)
  const [chosen, choose] = useState<string | null>(null)
  const [words, setWords] = useState('')
  /** How often it was to be kept: what was missing is told from the first time on. */
  const [tries, count] = useState(0)
  const reason = chosen === OWN ? words.trim() : (chosen ?? '')
  const [keep, why] = useKeep(view, name.trim(), onClose)
  function save() {
    count(tries + 1)
    if (refusing) return reason && keep({ refused: reason }, say('refusalSaved'))
    if (name.trim() && isWritten(strokes)) keep({ strokes: compact(strokes) }, say('saved'))
  }
  return {
    view,
    changed: textOf(view) !== textOf(now),
    takeNew: () => {
      take(now)
      write([])
    },
    name,
    setName,
    nameWrong: tries > 0 && !refusing && !name.trim(),
    strokes,
    write,
    penWrong: tries > 0 && !refusing && !isWritten(strokes),
    refusing,
    refuse: (on: boolean) => {
      refuse(on)
      count(0)
    },
    chosen,
    choose,
    words,
    setWords,
    reasonWrong: tries > 0 && refusing && !reason,
    tries,
    /** Why it could not be kept; what was written is still there. */
    why,
    save,
  }
}

export type Form = ReturnType<typeof useSigning>
