/** Asks the server again while something of it is shown: soon after word of something new, else now and then. */

/** Milliseconds. Between the beginnings of two questions; a server that takes its time is asked less often still. */
const GAP = 500
const SHARE = 4
/** Without word of anything new. */
const POLL = 30_000

interface Parts {
  /** Resolves once the answer was taken; never rejects. */
  ask: () => Promise<void>
  /** Calls what it is given at every word of something new; returns what ends it. */
  onWord: (hear: () => void) => () => void
  /** What was asked when the screen opened: the next waits for its answer. */
  first: Promise<void>
}

/** Returns what ends it. A page that nobody sees asks nothing: it looks once it is seen again. */
export function keepFresh({ ask, onWord, first }: Parts): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let over = false
  let wanted = false
  let busy = true
  let asked_at = performance.now()
  let free_at = asked_at

  const plan = () => {
    clearTimeout(timer)
    if (over || busy || document.visibilityState === 'hidden') return
    const due = wanted ? free_at : asked_at + POLL
    timer = setTimeout(go, Math.max(0, due - performance.now()))
  }
  const answered = () => {
    busy = false
    free_at = asked_at + Math.max(GAP, SHARE * (performance.now() - asked_at))
    plan()
  }
  const go = () => {
    busy = true
    wanted = false
    asked_at = performance.now()
    void ask().then(answered)
  }
  const hear = () => {
    wanted = true
    plan()
  }

  void first.then(answered)
  const deaf = onWord(hear)
  addEventListener('online', hear)
  document.addEventListener('visibilitychange', plan)
  return () => {
    over = true
    clearTimeout(timer)
    deaf()
    removeEventListener('online', hear)
    document.removeEventListener('visibilitychange', plan)
  }
}
