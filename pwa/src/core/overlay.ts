/** What is shown: the confirmed rows with the person's own unsettled changes laid on top (protocol §1). */

import type { RecordType } from '../contract/records.ts'
import type { OwnChange } from './change.ts'
import { predict } from './predict.ts'
import { type AnyRow, blankRow, type ChangeId, type Row, withValue } from './rows.ts'

/** Who made the changes, and under which device number. */
export interface Me {
  person: string
  device: number
}

/** Rows by `type:id`. */
export type RowSet = Map<string, AnyRow>

export const rowKey = (type: string, id: string): string => `${type}:${id}`

/** The row of a set, if it is there. */
export function rowOf<T extends RecordType>(rows: RowSet, type: T, id: string): Row<T> | undefined {
  return rows.get(rowKey(type, id)) as Row<T> | undefined
}

/** A record that so far exists on this phone alone, with what the server will fill in on arrival. */
function created(type: RecordType, id: string, me: Me): AnyRow {
  const row = blankRow(type, id)
  if (type === 'inspection') return { ...row, lead: me.person } as AnyRow
  if (type === 'photo' || type === 'comment') return { ...row, author: me.person } as AnyRow
  if (type === 'visit') return { ...row, person: me.person } as AnyRow
  return row as AnyRow
}

/** How many bases an edit names at most beside the sides of a conflict; the server takes 200. */
const MOST_BASES = 50

const sameId = (a: ChangeId, b: ChangeId) => a[0] === b[0] && a[1] === b[1]

/** Whether an edit with these bases saw every undecided value, so that nothing is left to choose. */
function settles(row: AnyRow, path: string, bases: ChangeId[]): boolean {
  return (row.open?.[path] ?? []).every((value) => bases.some((base) => sameId(base, value.by)))
}

function without<T>(map: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _gone, ...rest } = map
  return rest
}

/** One field path set by an own change: the new value, with the change as its winner. */
export function setPath(row: AnyRow, path: string, value: unknown, by: ChangeId, bases: ChangeId[]): AnyRow {
  const next = withValue(row, path, value)
  next.by = { ...row.by, [path]: [by] }
  if (row.open?.[path] && settles(row, path, bases)) next.open = without(row.open, path)
  return next
}

function layEdit(rows: RowSet, change: OwnChange, me: Me): void {
  const type = change.type as RecordType
  const key = rowKey(type, change.id)
  let row = rows.get(key) ?? created(type, change.id, me)
  for (const [path, [value, ...bases]] of Object.entries(change.set ?? {})) {
    row = setPath(row, path, value, [change.device ?? me.device, change.n], bases as ChangeId[])
  }
  rows.set(key, row)
}

/** Answered changes come before waiting ones, whatever number a new device began to count from. */
const inOrder = (a: OwnChange, b: OwnChange) =>
  Number(a.device === undefined) - Number(b.device === undefined) || a.n - b.n

/** A new set with the changes laid on in the order of their numbers; the given rows stay as they are. */
export function overlay(confirmed: RowSet, changes: readonly OwnChange[], me: Me): RowSet {
  const rows = new Map(confirmed)
  for (const change of [...changes].sort(inOrder)) {
    if (change.set) layEdit(rows, change, me)
    else predict(rows, change, me)
  }
  return rows
}

const unique = (ids: ChangeId[]): ChangeId[] =>
  ids.filter((id, index) => ids.findIndex((other) => sameId(id, other)) === index)

/**
 * The bases of the next edit of a field: whoever gave the value that is shown; the author's own last word there, shown
 * or passed over; and what that one had seen. It may yet be refused, or judged anew by a restored server that lacks
 * what had beaten it: it must not stand again beside the new one. `own`: own edits that were not refused, oldest first.
 */
export function basesOf(shown: AnyRow | undefined, path: string, own: readonly OwnChange[], me: Me): ChangeId[] {
  const last = own.filter((change) => change.set && path in change.set).at(-1)
  const [, ...seen] = last?.set?.[path] ?? []
  const word: ChangeId[] = last ? [[last.device ?? me.device, last.n], ...(seen as ChangeId[])] : []
  return unique([...(shown?.by[path] ?? []), ...word]).slice(0, MOST_BASES)
}

/** The bases of an edit that settles a field: everything that was shown side by side. */
export function allHeads(shown: AnyRow | undefined, path: string, own: readonly OwnChange[], me: Me): ChangeId[] {
  return unique([...basesOf(shown, path, own, me), ...(shown?.open?.[path] ?? []).map((value) => value.by)])
}
