import { useEffect, useRef } from 'preact/hooks'

/** How far a finger must go, in px: to pass on the right, to uncover on the left. */
const PASS_AT = 84
const OPEN_AT = 48

interface Swipe {
  enabled: boolean
  /** The finger let go far enough to the right. */
  onPass: () => void
  /** The width uncovered at the left swipe, in px. */
  reveal: number
}

/**
 * Moves a row under the finger without drawing the screen anew. Vertical strokes stay the page's;
 * a stroke to the left only uncovers, a tap on what lies below finishes.
 */
export function useSwipe({ enabled, onPass, reveal }: Swipe) {
  const row = useRef<HTMLDivElement>(null)
  const pass = useRef(onPass)
  pass.current = onPass
  useEffect(() => {
    const element = row.current
    if (!element || !enabled) return
    let start: { x: number; y: number; from: number } | null = null
    let sliding = false
    let at = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    // the stroke's own click would open the row
    const swallow = (e: Event) => {
      if (element.contains(e.target as Node)) e.stopPropagation()
    }
    const forget = () => removeEventListener('click', swallow, { capture: true })
    const slide = (to: number) => {
      at = to
      element.parentElement?.classList.toggle('is-right', to > 0)
      element.parentElement?.classList.toggle('is-left', to < 0)
      element.style.transform = to === 0 ? '' : `translateX(${to}px)`
    }
    const down = (e: PointerEvent) => {
      if (e.pointerType !== 'mouse' && e.isPrimary) start = { x: e.clientX, y: e.clientY, from: at }
    }
    const move = (e: PointerEvent) => {
      if (!start) return
      const dx = e.clientX - start.x
      if (!sliding) {
        if (Math.abs(e.clientY - start.y) > 10) start = null
        else if (Math.abs(dx) > 10) {
          sliding = true
          element.style.transition = 'none'
          element.setPointerCapture(e.pointerId)
        }
        if (!sliding) return
      }
      slide(Math.max(-reveal, Math.min(160, start?.from ?? 0) + dx))
    }
    const up = () => {
      if (sliding) {
        element.style.transition = ''
        if (at > PASS_AT) pass.current()
        slide(at < -OPEN_AT ? -reveal : 0)
        addEventListener('click', swallow, { capture: true, once: true })
        timer = setTimeout(forget, 50)
      } else if (at !== 0 && start) slide(0)
      start = null
      sliding = false
    }
    element.addEventListener('pointerdown', down)
    element.addEventListener('pointermove', move)
    element.addEventListener('pointerup', up)
    element.addEventListener('pointercancel', up)
    return () => {
      clearTimeout(timer)
      forget()
      element.removeEventListener('pointerdown', down)
      element.removeEventListener('pointermove', move)
      element.removeEventListener('pointerup', up)
      element.removeEventListener('pointercancel', up)
    }
  }, [enabled, reveal])
  return row
}
