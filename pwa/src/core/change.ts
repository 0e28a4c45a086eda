/** A change as it waits on the phone. */

import type { Change } from '../contract/wire.ts'

/** `root` is the inspection (or task) a change belongs to; it never leaves the phone. */
export interface OwnChange extends Change {
  root: string
  /** The device number it was sent under, once it has been answered; a waiting change has none yet. */
  device?: number
}
