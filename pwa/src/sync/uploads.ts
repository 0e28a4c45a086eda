/** Sends pictures by tus, previews first, then what is asked for, after their records; a reload or a dead network only means to go on later. */

import type { RecordType } from '../contract/records.ts'
import type { Row } from '../core/rows.ts'
import { sha256 } from '../core/sha256.ts'
import { reopen, type Store } from '../database/open.ts'
import type { KeptPhoto, PhotoSize } from '../database/outbox.ts'
import { isLostConnection } from '../database/strictly.ts'
import { retryIn } from './pace.ts'
import { isUnsent } from './unsent.ts'

/** What came of one attempt. `status` is the HTTP status, null when no server answered. */
export type Sent = { ok: true } | { ok: false; status: number | null; code: string | null; wait: number | null }

export interface Upload {
  id: string
  size: PhotoSize
  data: ArrayBuffer
  sha256: string
  /** Where an earlier attempt went. */
  url: string | null
  /** Told where this attempt goes, before its bytes do. */
  onUrl: (url: string) => Promise<void>
  /** Told how many bytes the server has said it has. */
  onBytes: (gone: number) => void
}

export interface UploadParts {
  store: Store
  send: (upload: Upload) => Promise<Sent>
  now: () => number
  chance?: () => number
  /** Whether full pictures may go now; previews and records always may. */
  mayGo?: () => boolean
  /** Told which photos are on their way, and how many bytes of each. */
  onWay?: (gone: ReadonlyMap<string, number>) => void
}

const AT_ONCE = 2

interface Job {
  photo: KeptPhoto
  size: PhotoSize
}

const rowsOf = async ({ cache }: Store, photos: readonly KeptPhoto[]) => {
  const kept = await cache.rows.bulkGet(photos.map(({ id }): [RecordType, string] => ['photo', id]))
  return kept.map((one) => one?.row as Row<'photo'> | undefined)
}

/** Of which photos a supervisor waits for the full picture, and since when. */
export async function askedOf(store: Store, photos: readonly KeptPhoto[]): Promise<Map<string, number>> {
  const rows = await rowsOf(store, photos)
  return new Map(
    rows.flatMap((row): [string, number][] => {
      // a row of an older server has no such field
      const asked = row?.asked ?? null
      return row && asked && !row.stored_at ? [[row.id, asked.at]] : []
    }),
  )
}

/** Photos the server has a record of and wants the picture of. It has none of what a supervisor still decides about. */
async function wanted(store: Store): Promise<KeptPhoto[]> {
  const { outbox } = store
  const kept = (await outbox.photos.toArray()).filter(isUnsent)
  const rows = await rowsOf(store, kept)
  const waiting = new Set((await outbox.changes.toArray()).map((change) => change.id))
  const held = await outbox.settled.where('outcome').equals('held').toArray()
  const undecided = new Set(held.filter((change) => !change.decided).map((change) => change.id))
  return kept.filter((photo, index) => {
    const row = rows[index]
    if (!row && undecided.has(photo.id)) return false
    return !waiting.has(photo.id) && !row?.retracted && !row?.stored_at
  })
}

/** The work last photographed first, and within it the oldest photo. */
export function newestWorkFirst(photos: readonly KeptPhoto[]): KeptPhoto[] {
  const latest = new Map<string, number>()
  for (const { root, added_at } of photos) latest.set(root, Math.max(latest.get(root) ?? 0, added_at))
  const of = ({ root }: KeptPhoto) => latest.get(root) ?? 0
  return [...photos].sort((a, b) => of(b) - of(a) || a.root.localeCompare(b.root) || a.added_at - b.added_at)
}

/** What somebody waits for first, the last asked before the others; the rest as it was. */
const askedFirst = (photos: readonly KeptPhoto[], asked: ReadonlyMap<string, number>): KeptPhoto[] =>
  [...photos].sort((a, b) => (asked.get(b.id) ?? 0) - (asked.get(a.id) ?? 0))

/**
 * What may be sent now, previews of all photos before any full picture; and when the next may. Full pictures that are
 * held back stay, also those somebody asked for, unless the person let these go.
 */
export async function uploadsDue(
  store: Store,
  now: number,
  mayGo = true,
): Promise<{ jobs: Job[]; next_at: number | null }> {
  const photos = newestWorkFirst(await wanted(store))
  const open = (size: PhotoSize, of: readonly KeptPhoto[]) =>
    of.filter((photo) => !photo.uploads[size]?.done_at).map((photo): Job => ({ photo, size }))
  const full = askedFirst(photos, await askedOf(store, photos)).filter((photo) => mayGo || photo.sooner_at)
  const all = [...open('preview', photos), ...open('full', full)]
  const at = ({ photo, size }: Job) => photo.uploads[size]?.next_at ?? 0
  const later = all.map(at).filter((time) => time > now)
  return { jobs: all.filter((job) => at(job) <= now), next_at: later.length ? Math.min(...later) : null }
}

export class Uploads {
  private readonly onWay = new Map<string, number>()

  constructor(private readonly parts: UploadParts) {}

  /** Sends everything that is due, at most two pictures at once; resolves with the time of the next attempt. */
  async run(ended: AbortSignal): Promise<number | null> {
    try {
      return await this.sendDue(ended)
    } catch (problem) {
      if (isLostConnection(problem) && !ended.aborted) await reopen(this.parts.store)
      throw problem
    }
  }

  /** Things may be better now: earlier failures are forgotten, and what waits for its next attempt is due. */
  async wake(): Promise<void> {
    await this.parts.store.outbox.photos
      .filter((photo) => isUnsent(photo) && Object.values(photo.uploads).some(({ tries }) => tries))
      .modify((photo) => {
        for (const upload of Object.values(photo.uploads)) {
          delete upload.tries
          delete upload.next_at
        }
      })
  }

  private async sendDue(ended: AbortSignal): Promise<number | null> {
    const lane = async (next: () => Promise<Job | undefined>) => {
      for (let job = await next(); job && !ended.aborted; job = await next()) await this.one(job)
    }
    const next = this.queue()
    // One picture that cannot be noted must not leave another one running behind our back.
    const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => lane(next)))
    const failed = lanes.find((each) => each.status === 'rejected')
    if (failed) throw failed.reason
    return (await this.due()).next_at
  }

  private due() {
    const { store, now, mayGo } = this.parts
    return uploadsDue(store, now(), mayGo?.())
  }

  /** Hands out what is first at that moment: a preview taken meanwhile does not wait for the pictures before it. */
  private queue(): () => Promise<Job | undefined> {
    const begun = new Set<string>()
    const take = async () => {
      const { jobs } = await this.due()
      const job = jobs.find(({ photo, size }) => !begun.has(`${photo.id} ${size}`))
      if (job) begun.add(`${job.photo.id} ${job.size}`)
      return job
    }
    let turn: Promise<unknown> = Promise.resolve()
    return () => {
      const mine = turn.then(take)
      turn = mine.catch(() => undefined)
      return mine
    }
  }

  /** `gone`: bytes of the full picture that are there; null when it is no longer on its way. */
  private report(id: string, gone: number | null): void {
    if (gone === null) this.onWay.delete(id)
    else this.onWay.set(id, gone)
    this.parts.onWay?.(new Map(this.onWay))
  }

  private async note(id: string, size: PhotoSize, change: KeptPhoto['uploads'][PhotoSize]): Promise<void> {
    const { outbox } = this.parts.store
    await outbox.photos
      .where('id')
      .equals(id)
      .modify((photo) => {
        photo.uploads = { ...photo.uploads, [size]: { ...photo.uploads[size], ...change } }
      })
  }

  /** The bytes as they were promised; otherwise the photo is lost, and said to be. */
  private async bytes({ photo, size }: Job): Promise<ArrayBuffer | null> {
    const { outbox } = this.parts.store
    const promised = size === 'full' ? photo.sha256 : photo.preview_sha256
    const held = await outbox.photo_bytes.get([photo.id, size]).catch((problem: unknown) => {
      // A disk that lets go of us, or a page that is closing, says nothing about the picture: it is tried again.
      if (isLostConnection(problem)) throw problem
      return undefined
    })
    if (held && (await sha256(held.data)) === promised) return held.data
    const lost_at = this.parts.now()
    // Let go of meanwhile, since nobody waits for it any more, is not lost.
    const missing = outbox.photos
      .where('id')
      .equals(photo.id)
      .and(({ released_at }) => !released_at)
    if (size === 'full') await missing.modify({ lost_at })
    else await this.note(photo.id, size, { done_at: this.parts.now() })
    return null
  }

  private async one(job: Job): Promise<void> {
    const { photo, size } = job
    const data = await this.bytes(job)
    if (!data) return
    this.report(photo.id, 0)
    try {
      const sent = await this.parts.send({
        id: photo.id,
        size,
        data,
        sha256: size === 'full' ? photo.sha256 : photo.preview_sha256,
        url: photo.uploads[size]?.url ?? null,
        onUrl: (url) => this.note(photo.id, size, { url }),
        onBytes: (gone) => {
          if (size === 'full' && this.onWay.has(photo.id)) this.report(photo.id, gone)
        },
      })
      if (sent.ok) await this.note(photo.id, size, { done_at: this.parts.now() })
      else await this.later(job, sent)
    } finally {
      this.report(photo.id, null)
    }
  }

  /** A picture the server cannot open, however often it comes: it is to be taken again. A small copy is done without. */
  private async giveUp({ photo, size }: Job, code: string): Promise<void> {
    const now = this.parts.now()
    if (size === 'full') await this.parts.store.outbox.photos.update(photo.id, { lost_at: now, flaw: code })
    else await this.note(photo.id, size, { done_at: now })
  }

  /** Plans the next attempt; an upload the server no longer knows, or found damaged, begins anew. */
  private async later(job: Job, failed: Exclude<Sent, { ok: true }>): Promise<void> {
    if (failed.status === 422 && failed.code?.endsWith('_image')) return this.giveUp(job, failed.code)
    const { photo, size } = job
    const tries = (photo.uploads[size]?.tries ?? 0) + 1
    const chance = (this.parts.chance ?? Math.random)()
    const next_at = this.parts.now() + retryIn(tries, chance, failed.wait)
    const anew = [404, 410, 422, 460].includes(failed.status ?? 0)
    await this.note(photo.id, size, { tries, next_at, ...(anew ? { url: undefined } : {}) })
  }
}
