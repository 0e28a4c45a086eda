/** What is done with an import, and how far the server is with it. */

import { type Got, read, write } from './api.ts'
import type { ImportBody, ImportRow, ImportState } from './rows.ts'

/** How often the server is asked how far it is, ms. */
const EVERY = 700

const BUSY: readonly ImportState[] = ['reading', 'applying', 'undoing']
export const isBusy = ({ state }: Pick<ImportRow, 'state'>): boolean => BUSY.includes(state)

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

export const readImport = (id: string) => read<ImportBody>(`/api/imports/${id}`)

/**
 * Awaits an act of the server that takes a while, and tells how far it is. Where the line breaks meanwhile the act goes
 * on there: then its end is asked for instead.
 */
export async function watched(
  id: string,
  act: Promise<Got<ImportBody>>,
  told: (body: ImportBody) => void,
): Promise<Got<ImportBody>> {
  let answered = false
  const ended = act.finally(() => {
    answered = true
  })
  const watch = async () => {
    for (;;) {
      await pause(EVERY)
      if (answered) return
      const got = await readImport(id)
      if (got.ok && !answered) told(got.value)
    }
  }
  void watch()
  const got = await ended
  return got.ok || got.code !== 'offline' ? got : untilEnded(id, told)
}

async function untilEnded(id: string, told: (body: ImportBody) => void): Promise<Got<ImportBody>> {
  for (;;) {
    const got = await readImport(id)
    if (!got.ok) return { ok: false, code: 'offline', extra: {} }
    if (!isBusy(got.value)) return got
    told(got.value)
    await pause(EVERY)
  }
}

type Told = (body: ImportBody) => void

/** Uploads a sheet and has it compared with what is there; nothing is changed by it. */
export function checkSheet(id: string, kind: ImportRow['kind'], file: File, told: Told): Promise<Got<ImportBody>> {
  const asked = new URLSearchParams({ kind, name: file.name })
  return watched(id, write<ImportBody>('PUT', `/api/imports/${id}?${asked}`, file), told)
}

export const applyImport = ({ id, hash }: ImportRow, told: Told) =>
  watched(id, write<ImportBody>('POST', `/api/imports/${id}/apply`, { hash }), told)

export const undoImport = ({ id }: ImportRow, told: Told) =>
  watched(id, write<ImportBody>('POST', `/api/imports/${id}/undo`), told)
