import type { RefObject } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'
import type { Canvas } from './shapes.ts'

/** The pixels of a text as the person chose its size, 1 being 16. */
export const remNow = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1

/** How large the picture is drawn: followed, so that lines and words keep their size however it is scaled. */
export function useCanvas(shown: RefObject<Element>, width: number, height: number): Canvas {
  const [unit, setUnit] = useState(1)
  useLayoutEffect(() => {
    const element = shown.current
    if (!element) return
    const look = () => {
      const { clientWidth, clientHeight } = element
      if (clientWidth > 0 && clientHeight > 0) setUnit(Math.max(width / clientWidth, height / clientHeight))
    }
    look()
    const observer = new ResizeObserver(look)
    observer.observe(element)
    return () => observer.disconnect()
  }, [width, height])
  return { width, height, unit }
}
