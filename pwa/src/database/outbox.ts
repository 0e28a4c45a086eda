/** The outbox of one person: what they did and no server has taken yet. No code ever drops it; its schema only grows. */

import Dexie, { type Table } from 'dexie'
import type { Result } from '../contract/wire.ts'
import type { OwnChange } from '../core/change.ts'
import type { ChangeId } from '../core/rows.ts'

/** A change the server has answered. `landed` is 1 once the confirmed rows show what became of it. */
export interface SettledChange extends OwnChange {
  device: number
  settled_at: number
  landed: 0 | 1
  outcome: Result['outcome']
  code?: string
  field?: string
  changed?: [string, string, number][]
  /** What a supervisor decided about it, where it was held. */
  decided?: Decision
}

/** `status`: taken, added (kept beside the record), dismissed. */
export interface Decision {
  status: 'taken' | 'added' | 'dismissed'
  by: string
  /** Server time, epoch milliseconds. */
  at: number
  reason: string
}

/** A change that was not taken: shown until the person edits it, sends it anew or sets it aside. */
export interface RefusedChange extends OwnChange {
  device: number
  refused_at: number
  code: string
  field?: string
  changed?: [string, string, number][]
  /** The person has set it aside; it stays in the history. */
  discarded_at?: number
}

export type PhotoSize = 'full' | 'preview'

/** What the phone knows of a photo it took; the bytes lie in a table of their own. */
export interface KeptPhoto {
  id: string
  /** What it shows: a finding, a visit, a comment. */
  finding: string
  root: string
  added_at: number
  sha256: string
  preview_sha256: string
  bytes: number
  preview_bytes: number
  /** Where an upload goes on, and when the server had taken the last byte. */
  uploads: Partial<Record<PhotoSize, { url?: string | undefined; done_at?: number; tries?: number; next_at?: number }>>
  /** When the full copy was released because a pull showed the photo stored. */
  released_at?: number | undefined
  /** When the bytes could not be read back. */
  lost_at?: number | undefined
  /** Why it is lost although its bytes are here: the server could not open the picture. */
  flaw?: string
  /** When the photo was taken back before it was sent, or its record was refused: nothing waits for it. */
  dropped_at?: number | undefined
  /** When the person let the full picture go although others are held back: somebody waits for it. */
  sooner_at?: number
}

export interface PhotoBytes {
  id: string
  size: PhotoSize
  data: ArrayBuffer
}

/** The device number, the next `n`, and the highest `n` that was ever put into a request. */
export interface Numbers {
  device: number
  next: number
  sent: number
}

export class Outbox extends Dexie {
  declare changes: Table<OwnChange, number>
  declare settled: Table<SettledChange, ChangeId>
  declare refused: Table<RefusedChange, ChangeId>
  declare photos: Table<KeptPhoto, string>
  declare photo_bytes: Table<PhotoBytes, [string, PhotoSize]>
  declare meta: Table<unknown, string>

  constructor(readonly person: string) {
    super(`outbox-${person}`, { chromeTransactionDurability: 'strict' })
    this.version(1).stores({
      changes: 'n, [type+id], root',
      settled: '[device+n], landed, outcome, [type+id], root, settled_at',
      refused: '[device+n], root',
      photos: 'id, finding, root',
      photo_bytes: '[id+size]',
      meta: '',
    })
  }

  async numbers(): Promise<Numbers | undefined> {
    return (await this.meta.get('numbers')) as Numbers | undefined
  }

  /** The device number alone: it does not change with every tap, so that screens which read it need not redraw. */
  async device(): Promise<number> {
    return ((await this.meta.get('device')) as number | undefined) ?? (await this.numbers())?.device ?? 0
  }
}
