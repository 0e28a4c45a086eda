/** How much room is left on this phone, and whether the browser has promised to keep what is there. */

export interface Budget {
  /** Bytes in use and bytes the browser says it would give; both are estimates. */
  used: number
  quota: number
  /** How many photos of usual size still fit. */
  photos_left: number
  persistent: boolean
}

const PHOTO_BYTES = 400_000

/** The present budget; `null` where the browser tells nothing. */
export async function storageBudget(): Promise<Budget | null> {
  if (!navigator.storage?.estimate) return null
  const { usage = 0, quota = 0 } = await navigator.storage.estimate()
  const persistent = (await navigator.storage.persisted?.()) ?? false
  return { used: usage, quota, photos_left: Math.max(0, Math.floor((quota - usage) / PHOTO_BYTES)), persistent }
}

/** Below this a photo is not begun: beside itself it needs room for what is noted of it, and for the disk to tidy up. */
const LEAST = 2_000_000

/** Whether a photo may be taken; a browser that tells nothing of its room is tried. */
export const hasRoom = (budget: Budget | null): boolean => !budget || budget.quota - budget.used >= LEAST

/** Two figures of an estimate: 26843 is about 26000. */
export function about(n: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, n))) - 1)
  return Math.floor(n / step) * step
}

/** Asks the browser not to clear this site's data when space runs short; true if it promised. */
export async function askToPersist(): Promise<boolean> {
  if (!navigator.storage?.persist) return false
  return (await navigator.storage.persisted()) || (await navigator.storage.persist())
}
