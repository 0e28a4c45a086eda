/** The cache of one person: what the server has confirmed. It may be dropped at any time and fills again. */

import Dexie, { type Table } from 'dexie'
import type { RecordType } from '../contract/records.ts'
import type { AnyRow } from '../core/rows.ts'

export interface CachedRow {
  type: RecordType
  id: string
  rev: number
  /** The record it is listed under: a finding's inspection, what a photo or comment is of, an inspection's branch. */
  parent: string
  /** 1 while a person must choose between values. */
  open?: 1
  row: AnyRow
}

/** Up to 1 000 rows of a long reference list in one record: fifty times cheaper than row by row. */
export interface Pack {
  type: RecordType
  number: number
  rows: AnyRow[]
}

/** How far this phone has read, for which audiences. */
export interface SyncState {
  epoch: number | null
  cursor: number | null
  /** The cursor of the last reply that left nothing to come; 0 before the first. */
  seen: number
  audiences: string[]
  fill: Record<string, string>
  /** Server clock minus phone clock in milliseconds, as of the last reply. */
  clock_offset: number
  /** Server time of the last reply, epoch milliseconds. */
  replied_at: number | null
}

export const EMPTY_STATE: SyncState = {
  epoch: null,
  cursor: null,
  seen: 0,
  audiences: [],
  fill: {},
  clock_offset: 0,
  replied_at: null,
}

export const PACKED: readonly RecordType[] = ['unit', 'branch', 'person', 'customer']

export class Cache extends Dexie {
  declare rows: Table<CachedRow, [RecordType, string]>
  declare packs: Table<Pack, [RecordType, number]>
  declare state: Table<unknown, string>

  constructor(readonly person: string) {
    super(`cache-${person}`, { chromeTransactionDurability: 'relaxed' })
    this.version(1).stores({ rows: '[type+id], type, parent, open', packs: '[type+number], type', state: '' })
  }

  async syncState(): Promise<SyncState> {
    return { ...EMPTY_STATE, ...((await this.state.get('sync')) as Partial<SyncState> | undefined) }
  }

  /** Counts the pages that were applied: what was read at the same count is still true. */
  async page(): Promise<number> {
    return ((await this.state.get('page')) as number | undefined) ?? 0
  }

  /** Inside the transaction that changes rows or state. */
  async turnPage(): Promise<void> {
    await this.state.put((await this.page()) + 1, 'page')
  }

  /**
   * Up to where a screen read now shows everything: the `seen` of its acts. Not the cursor: between two pages, or
   * while an audience fills, that is already beyond rows which are not here yet.
   */
  async seen(): Promise<number> {
    return (await this.syncState()).seen
  }
}
