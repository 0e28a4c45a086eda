import { signal } from '@preact/signals'

/** The check whose photos are being taken; null while no camera is open. */
export const shooting = signal<{ inspection: string; check: string } | null>(null)

/** Names the photos of a check, in notes that outlive the page. */
export const spotOf = (inspection: string, check: string): string => `${inspection} ${check}`
