/** Rows of the server's lists. Times are epoch milliseconds. */

import type { Branch, Unit } from '../contract/records.ts'
import type { Role } from '../people/roles.ts'

export interface Page<Row> {
  rows: Row[]
  /** How many there are on all pages. */
  total: number
  page: number
  size: number
}

export interface UnitRow extends Pick<Unit, 'name' | 'level' | 'parent'> {
  id: string
  /** 0 is the topmost that one may see. */
  depth: number
  /** The names from there down to itself. */
  path: string[]
  /** Right below it. */
  units: number
  /** Open ones at or below it. */
  branches: number
  /** Active ones at home at or below it. */
  people: number
  editable: boolean
}

export interface BranchRow extends Omit<Branch, 'tag'> {
  id: string
  unit_name: string
  editable: boolean
}

/** A role over a unit or a branch. */
export interface Grant {
  role: Role
  unit?: string | null
  branch?: string | null
  name: string
}

export interface PersonRow {
  id: string
  name: string
  login: string | null
  home: string
  home_name: string
  home_type: 'unit' | 'branch'
  grants: Grant[]
  active: boolean
  /** No login; still with the first password; with one of their own. */
  account: 'none' | 'first' | 'own'
  devices: number
  seen_at: number | null
}

export interface DeviceRow {
  id: number
  person: { id: string; name: string }
  name: string
  created_at: number
  seen_at: number | null
  revoked_at: number | null
  app: string | null
  settled: number
  /** What waited on it when it was last heard. */
  pending: { changes: number; photos: number; bytes: number; oldest: number | null } | null
  /** By its own clock. */
  oldest: number | null
  /** Its work has waited for a day or longer. */
  late: boolean
  /** The server's clock minus its own, ms. */
  clock_offset: number | null
  /** What its browser said of the room it has, in bytes, and when. */
  storage: { used: number; quota: number; persistent: boolean; at: number } | null
  revoked_by: { id: string; name: string } | null
  /** Whether it empties itself when it is heard again; `given_up`: with what it had not sent. */
  wipe: 'asked' | 'given_up' | 'done' | null
  given_up_by: { id: string; name: string } | null
  wiped_at: number | null
  state: 'signed_in' | 'signed_out' | 'revoked'
  /** The device one asks from. */
  current: boolean
}

export interface ImportFault {
  /** As in the sheet. */
  row: number
  column: string | null
  heading: string | null
  value: string | null
  code: string
  zh: string
  en: string
}

export type ImportState = 'reading' | 'checked' | 'applying' | 'applied' | 'undoing' | 'undone' | 'interrupted'

export interface ImportRow {
  id: string
  kind: 'branches' | 'people' | 'customers'
  /** The file's. */
  name: string
  created_at: number
  applied_at: number | null
  state: ImportState
  /** Rows gone through, of all. */
  done: number
  all: number
  new: number
  changed: number
  unchanged: number
  /** Rows with an error. */
  wrong: number
  hash: string | null
  /** When its sheet is deleted, unless it is imported before. */
  kept_until?: number
}

export interface ImportBody extends ImportRow {
  errors: ImportFault[]
}
