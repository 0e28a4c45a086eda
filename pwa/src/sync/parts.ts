/** How large a part of a picture is sent at once: as much as the network carries in a few seconds. */

const LEAST = 256 * 1024
const MOST = 1024 * 1024

/** A part that takes longer is likely to be cut; what was cut is sent again. */
const GOOD_MS = 8_000

export class Parts {
  private bytes = LEAST

  /** Bytes of the next part, 256 KiB to 1 MiB. */
  get size(): number {
    return this.bytes
  }

  /** A part has arrived. One that was smaller than asked for, as the last of a picture is, may only make it smaller. */
  took(bytes: number, ms: number): void {
    const carried = Math.round((bytes / Math.max(1, ms)) * GOOD_MS)
    const fits = Math.min(carried, this.bytes * 2)
    if (bytes >= this.bytes || fits < this.bytes) this.bytes = Math.max(LEAST, Math.min(MOST, fits))
  }

  /** The connection did not hold for a part. */
  failed(): void {
    this.bytes = Math.max(LEAST, Math.floor(this.bytes / 2))
  }
}
