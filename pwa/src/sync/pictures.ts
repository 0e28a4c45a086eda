/** When full pictures may go: the choice of who pays for the network. Records and previews always go. */

import { signal } from '@preact/signals'

/** `wifi`: not by a network that is paid by the byte. `hold`: not now. */
export type Pictures = 'always' | 'wifi' | 'hold'

const KEY = 'xunfang.pictures'
const CHOICES: readonly string[] = ['always', 'wifi', 'hold']

interface Connection extends EventTarget {
  type?: string
  saveData?: boolean
}

/** The network, where the browser tells of it. */
export const connection = (): Connection | undefined => (navigator as { connection?: Connection }).connection

/** Only then can `wifi` be kept. */
export const tellsNetwork = (): boolean => connection()?.type !== undefined

function read(): Pictures {
  const kept = localStorage.getItem(KEY) ?? ''
  return CHOICES.includes(kept) ? (kept as Pictures) : 'always'
}

export const pictures = signal<Pictures>(read())

export function choosePictures(choice: Pictures): void {
  localStorage.setItem(KEY, choice)
  pictures.value = choice
}

/** Whether full pictures may go now. A network that says nothing of itself is taken for one that is paid by the byte. */
export function mayGo(): boolean {
  if (pictures.peek() !== 'wifi') return pictures.peek() === 'always'
  const { type, saveData } = connection() ?? {}
  return !saveData && (type === 'wifi' || type === 'ethernet')
}
