import { useLayoutEffect, useRef } from 'preact/hooks'

/** The step of a sheet that has just closed; another sheet that opens in its place takes it over. */
let left: { depth: number; timer: ReturnType<typeof setTimeout> } | null = null

const depthNow = (): number => history.state?.sheet ?? 0

/** Gives a sheet a step in the history of its own, so that the phone's back key closes it and nothing else. */
export function useStep(onBack: () => void): void {
  const close = useRef(onBack)
  close.current = onBack
  useLayoutEffect(() => {
    let depth = depthNow() + 1
    if (left) {
      clearTimeout(left.timer)
      depth = left.depth
      left = null
    } else history.pushState({ sheet: depth }, '')
    const onPop = () => {
      if (depthNow() < depth) close.current()
    }
    addEventListener('popstate', onPop)
    return () => {
      removeEventListener('popstate', onPop)
      if (depthNow() !== depth) return
      const timer = setTimeout(() => {
        left = null
        if (depthNow() === depth) history.back()
      })
      left = { depth, timer }
    }
  }, [])
}
