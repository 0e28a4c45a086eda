/** What the sync engine of this tab is doing at the moment; not on disk. */

import { signal } from '@preact/signals'

export interface Pulse {
  /** Changes answered of those that waited when sending began; null when nothing is being sent. */
  sending: { done: number; total: number } | null
  /** Photos whose bytes are on their way, and how many of the full picture's are there. */
  uploading: ReadonlyMap<string, number>
  /** Whether the last request reached the server; null before the first. */
  reachable: boolean | null
  /** The server takes changes, but this app is too old to read its rows. */
  upgrade: boolean
  /** Rows read so far while the phone fills for the first time; null when it is not filling. */
  filling: number | null
}

export const STILL: Pulse = { sending: null, uploading: new Map(), reachable: null, upgrade: false, filling: null }

export const pulse = signal<Pulse>(STILL)

export function beat(change: Partial<Pulse>): void {
  pulse.value = { ...pulse.peek(), ...change }
}
