import { useRef } from 'preact/hooks'

/** The second half of a double tap comes within this time. */
const DOUBLE_TAP = 600

/** Runs an act once a tap: a second tap is not heard while it runs, nor right after it. */
export function useOnce<About extends unknown[]>(
  act: (...about: About) => Promise<unknown>,
): (...about: About) => void {
  const busy = useRef(false)
  return (...about) => {
    if (busy.current) return
    busy.current = true
    void act(...about).finally(() => {
      setTimeout(() => {
        busy.current = false
      }, DOUBLE_TAP)
    })
  }
}
