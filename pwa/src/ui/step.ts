import { useLayoutEffect, useRef } from 'preact/hooks'
import { go } from '../router.ts'

/** The step of a sheet that has just closed; another sheet that opens in its place takes it over. */
let left: { depth: number; timer: ReturnType<typeof setTimeout> } | null = null

/** Longer than a browser needs for one step back, ms. */
const STEP_BACK = 500

/** A step back is under way. A sheet that opens meanwhile takes its own only then: the late one would undo it. */
let backing: { after: (() => void) | null } | null = null

const depthNow = (): number => history.state?.sheet ?? 0

/** Gives a sheet a step in the history of its own, so that the phone's back key closes it and nothing else. */
export function useStep(onBack: () => void): void {
  const close = useRef(onBack)
  close.current = onBack
  useLayoutEffect(() => {
    let depth = 0
    const take = () => {
      depth = depthNow() + 1
      history.pushState({ sheet: depth }, '')
    }
    if (left) {
      clearTimeout(left.timer)
      depth = left.depth
      left = null
    } else if (backing) backing.after = take
    else take()
    const onPop = () => {
      if (depthNow() < depth) close.current()
    }
    addEventListener('popstate', onPop)
    return () => {
      removeEventListener('popstate', onPop)
      if (backing?.after === take) backing.after = null
      if (depth === 0 || depthNow() !== depth) return
      const timer = setTimeout(() => {
        left = null
        if (depthNow() === depth) stepBack()
      })
      left = { depth, timer }
    }
  }, [])
}

/**
 * One step back, which a browser takes some time after it was asked to. A link tapped meanwhile counts: without this
 * the late step would undo it, and the person stand again where they had just left.
 */
function stepBack(): void {
  const here = location.hash
  let wanted: string | null = null
  const onHash = (event: HashChangeEvent) => {
    const hash = new URL(event.newURL).hash // where the page is may be told late: it may have gone on since
    if (hash !== here) wanted = hash
    else if (wanted) {
      over.abort()
      go(decodeURI(wanted.slice(1)))
    }
  }
  const over = new AbortController()
  addEventListener('hashchange', onHash, { signal: over.signal })
  setTimeout(() => over.abort(), STEP_BACK)
  const mine: NonNullable<typeof backing> = { after: null }
  backing = mine
  addEventListener('popstate', () => stepped(mine), { once: true })
  history.back()
}

function stepped(step: NonNullable<typeof backing>): void {
  if (backing === step) backing = null
  step.after?.()
}
