/** Rows as they travel and as they are shown: a record with its revision and the changes that gave its values. */

import { FIELDS, type Records, type RecordType } from '../contract/records.ts'

/** `[device, n]`: names one change for ever. */
export type ChangeId = [number, number]

/** One of several undecided values of a field (protocol §3, `open`). */
export interface OpenValue {
  value: unknown
  by: ChangeId
  person: string
  at: number
}

export interface RowMeta {
  id: string
  rev: number
  /** Field path -> the winner and the heads equal to it: the bases of the next edit. */
  by: Record<string, ChangeId[]>
  /** Field path -> values between which a person must choose. */
  open?: Record<string, OpenValue[]>
}

export type Row<T extends RecordType> = Records[T] & RowMeta
export type AnyRow = { [T in RecordType]: Row<T> }[RecordType]

/** `checks.ETI-4.a` -> `['checks', 'ETI-4.a']`: a path is split at its first dot only. */
export function splitPath(path: string): [string, string | null] {
  const dot = path.indexOf('.')
  return dot < 0 ? [path, null] : [path.slice(0, dot), path.slice(dot + 1)]
}

/** A record that no server has seen yet: every field at its declared default, `rev` 0. */
export function blankRow<T extends RecordType>(type: T, id: string): Row<T> {
  const values: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(FIELDS[type])) values[name] = structuredClone(field.default)
  return { ...values, id, rev: 0, by: {} } as Row<T>
}

/** The value at a field path; `undefined` where a map has no such key. */
export function valueAt(row: RowMeta, path: string): unknown {
  const [name, key] = splitPath(path)
  const value = (row as unknown as Record<string, unknown>)[name]
  if (key === null) return value
  return (value as Record<string, unknown> | null | undefined)?.[key]
}

/** A copy of the row with another value at a field path; the row itself is left alone. */
export function withValue<R extends RowMeta>(row: R, path: string, value: unknown): R {
  const [name, key] = splitPath(path)
  if (key === null) return { ...row, [name]: value }
  const map = (row as unknown as Record<string, Record<string, unknown> | null>)[name]
  return { ...row, [name]: { ...map, [key]: value } }
}
