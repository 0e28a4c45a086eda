import type { Add } from '../photos/adding.ts'
import type { ShownPhoto } from '../photos/Strip.tsx'

/** What the camera may be pointed at without being closed: the checks of an item, or one thing alone. */
export interface Target {
  /** Its name in a note that outlives the page. */
  spot: string
  /** In words. */
  what: string
  photos: readonly ShownPhoto[]
  add: Add
}
