import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

/** What an arrow key moves the line by, and a page key, in hundredths. */
const STEP = 2
const LEAP = 10

/** Where the line is after a key, in hundredths of the width; `null` where the key means nothing to it. */
export function cutAfter(cut: number, key: string): number | null {
  const by: Record<string, number> = {
    ArrowLeft: -STEP,
    ArrowDown: -STEP,
    ArrowRight: STEP,
    ArrowUp: STEP,
    PageDown: -LEAP,
    PageUp: LEAP,
    Home: -100,
    End: 100,
  }
  const move = by[key]
  return move === undefined ? null : Math.min(100, Math.max(0, cut + move))
}

/** Where a finger puts the line, in hundredths of the width. */
export const cutUnder = (x: number, { left, width }: Pick<DOMRect, 'left' | 'width'>): number =>
  width > 0 ? Math.min(100, Math.max(0, ((x - left) / width) * 100)) : 50

interface Cut {
  frame: RefObject<HTMLDivElement>
  handle: RefObject<HTMLDivElement>
}

/** A line over two pictures that fingers and keys move; nothing but transforms is written on its way. */
export function useCut(words: (cut: number) => string): Cut {
  const frame = useRef<HTMLDivElement>(null)
  const handle = useRef<HTMLDivElement>(null)
  const at = useRef(50)
  const tell = useRef(words)
  tell.current = words

  function show(cut: number) {
    at.current = cut
    frame.current?.style.setProperty('--cut', `${cut}%`)
    handle.current?.setAttribute('aria-valuenow', String(Math.round(cut)))
    handle.current?.setAttribute('aria-valuetext', tell.current(Math.round(cut)))
  }

  useLayoutEffect(() => show(at.current))
  useEffect(() => {
    const place = frame.current
    if (!place) return
    let asked = 0
    let held: number | null = null
    const move = (event: PointerEvent) => {
      if (event.pointerId !== held) return
      at.current = cutUnder(event.clientX, place.getBoundingClientRect())
      asked ||= requestAnimationFrame(() => {
        asked = 0
        show(at.current)
      })
    }
    const down = (event: PointerEvent) => {
      if (event.button !== 0 || held !== null) return
      held = event.pointerId
      place.setPointerCapture?.(event.pointerId)
      move(event)
    }
    const up = (event: PointerEvent) => {
      if (event.pointerId === held) held = null
    }
    const key = (event: KeyboardEvent) => {
      const next = cutAfter(at.current, event.key)
      if (next === null) return
      event.preventDefault()
      event.stopPropagation()
      show(next)
    }
    const over = new AbortController()
    const { signal } = over
    place.addEventListener('pointerdown', down, { signal })
    place.addEventListener('pointermove', move, { signal })
    place.addEventListener('pointerup', up, { signal })
    place.addEventListener('pointercancel', up, { signal })
    place.addEventListener('keydown', key, { signal })
    return () => {
      over.abort()
      cancelAnimationFrame(asked)
    }
  }, [])
  return { frame, handle }
}
