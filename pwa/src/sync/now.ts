/** Asks for a round now: in this tab, or in whichever other one syncs for all. */

const CHANNEL = 'xunfang.sync-now'

/** Those who sync in this tab. */
const here = new Set<() => void>()

/** Syncs at once instead of at the next occasion; earlier failures are forgotten. */
export function syncNow(): void {
  for (const hear of here) hear()
  if (here.size > 0 || typeof BroadcastChannel !== 'function') return
  const others = new BroadcastChannel(CHANNEL)
  others.postMessage(null)
  others.close()
}

/** Calls `hear` whenever a person wants a round now, in this tab or another, until the signal ends. */
export function onSyncNow(hear: () => void, ended: AbortSignal): void {
  here.add(hear)
  const others = typeof BroadcastChannel === 'function' ? new BroadcastChannel(CHANNEL) : null
  others?.addEventListener('message', hear)
  ended.addEventListener('abort', () => {
    here.delete(hear)
    others?.close()
  })
}
