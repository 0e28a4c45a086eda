import { useEffect, useRef, useState } from 'preact/hooks'
import type { Photo, Position } from '../contract/records.ts'
import type { Picture } from '../photos/develop.ts'
import { type Expected, expectPhoto, forgetExpected } from '../photos/expected.ts'
import { failure, refusal } from '../photos/failure.ts'
import type { Target } from './target.ts'

export interface Taking {
  /** That a photo of this target is expected stands on disk: before that none may be taken. */
  ready: boolean
  /** A picture is in memory: the next one waits for it. */
  busy: boolean
  /** How many are being written. */
  saving: number
  saved: number
  /** How many of them of what the camera points at now. */
  here: number
  wrong: string | null
  /** Keeps what `picture` brings; never rejects. */
  take: (picture: () => Promise<Picture>, source: Photo['source']) => Promise<void>
}

/**
 * Whether it stands on disk that a photo of this target is expected; why it cannot is told. What was taken of another
 * target and is not written yet is under way: until then the note stays with that.
 */
function useExpected(
  spot: string,
  underWay: { current: Set<Promise<unknown>> },
  onWrong: (why: string) => void,
): boolean {
  const [ready, setReady] = useState(false)
  const expected = useRef<Expected | null>(null)
  const closed = useRef(false)
  useEffect(() => {
    let over = false
    setReady(false)
    const note = async () => {
      await Promise.allSettled(underWay.current)
      if (over) return
      const noted = await expectPhoto(spot)
      // closed while the note was written: nothing is expected any more
      if (closed.current) return forgetExpected(noted)
      expected.current = noted
      if (!over) setReady(true)
    }
    note().catch((problem: unknown) => over || onWrong(refusal(problem)))
    return () => {
      over = true
    }
  }, [spot])
  useEffect(
    () => () => {
      closed.current = true
      // what is still being written may yet be lost with the page
      void Promise.allSettled(underWay.current).then(() => forgetExpected(expected.current))
    },
    [],
  )
  return ready
}

/** Notes what is expected before the shutter, keeps what was taken, and says what came of it. */
export function useTaking({ spot, add }: Pick<Target, 'spot' | 'add'>, placeNow: () => Position | null): Taking {
  const [busy, setBusy] = useState(false)
  const [saving, setSaving] = useState(0)
  const [kept, setKept] = useState<Readonly<Record<string, number>>>({})
  const [wrong, setWrong] = useState<string | null>(null)
  const underWay = useRef(new Set<Promise<unknown>>())
  const ready = useExpected(spot, underWay, setWrong)

  async function take(picture: () => Promise<Picture>, source: Photo['source']): Promise<void> {
    setBusy(true)
    setWrong(null)
    setSaving((n) => n + 1)
    // as of the tap: a lens may take its time. What comes out of the gallery was not taken here
    const position = source === 'camera' ? placeNow() : null
    const how = { source, taken_at: Date.now(), position, developed: () => setBusy(false) }
    const keeping = picture().then((one) => add(one, how))
    underWay.current.add(keeping)
    try {
      await keeping
      navigator.vibrate?.(10)
      setKept((before) => ({ ...before, [spot]: (before[spot] ?? 0) + 1 }))
    } catch (problem) {
      setWrong(failure(problem))
    } finally {
      underWay.current.delete(keeping)
      setBusy(false)
      setSaving((n) => n - 1)
    }
  }

  const saved = Object.values(kept).reduce((sum, n) => sum + n, 0)
  return { ready, busy, saving, saved, here: kept[spot] ?? 0, wrong, take }
}
