/** A change that was not taken, as a file of its own: to be shown to somebody, or typed in elsewhere. */

import { store } from '../database/open.ts'
import type { RefusedWork } from './standing.ts'

/** What stands in the file: what it was about and why it was not taken, in words, and the change as it was. */
export async function fileOf(work: RefusedWork, words: { what: string; why: string }): Promise<string> {
  const change = await store().outbox.refused.get(work.id)
  return JSON.stringify({ ...words, at: new Date(work.at).toISOString(), code: work.code, change }, null, 2)
}

/** Gives the file to the browser to keep. */
export async function keepWork(work: RefusedWork, words: { what: string; why: string }): Promise<void> {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([await fileOf(work, words)], { type: 'application/json' }))
  link.download = `xunfang-${work.id.join('-')}.json`
  link.click()
  // the browser reads it after the click
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
