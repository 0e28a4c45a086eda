/** Applies one page of a reply: rows, marks and cursor in one transaction, or nothing at all. */

import { FIELDS, type RecordType } from '../contract/records.ts'
import type { OwnChange } from '../core/change.ts'
import { rowKey, setPath } from '../core/overlay.ts'
import type { AnyRow, ChangeId, Row } from '../core/rows.ts'
import { type Cache, type CachedRow, EMPTY_STATE, PACKED, type SyncState } from '../database/cache.ts'
import { confirmedRow } from '../database/confirmed.ts'
import { clearPacked, packed, repack } from '../database/reference.ts'
import type { Mark, SyncReply } from './reply.ts'

/** `ignored`: the reply does not answer what this phone would ask now. `refill`: the cache was emptied to fill anew. */
export type Applied = 'applied' | 'ignored' | 'refill'

/** An own settled edit, for folding into a row that is otherwise the same. */
export type OwnEdit = OwnChange & { device: number }

const isKnown = (type: string): type is RecordType => type in FIELDS

const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
const sorted = (map: Record<string, string>) => Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1))

/** Whether two states would make the same request. */
export function isSameState(a: SyncState, b: SyncState): boolean {
  return (
    a.cursor === b.cursor &&
    a.epoch === b.epoch &&
    equal([...a.audiences].sort(), [...b.audiences].sort()) &&
    equal(sorted(a.fill), sorted(b.fill))
  )
}

/** Another epoch, or a clock that lies behind this phone's cursor: the server answers as if it were new here. */
function startsAnew(asked: SyncState, reply: SyncReply): boolean {
  if (asked.cursor === null) return false
  return reply.epoch !== asked.epoch || reply.cursor < asked.cursor
}

/**
 * The server forgets after 180 days what has gone from a phone's sight. A phone that was away so long is answered in
 * full, but no reply says so: it asks anew as if it had nothing. Told by the server's clock alone, and early.
 */
const REMEMBERED = 170 * 24 * 3600 * 1000

const wasAwayTooLong = ({ cursor, replied_at }: SyncState, reply: SyncReply): boolean =>
  cursor !== null && replied_at !== null && reply.time - replied_at > REMEMBERED

async function clear(cache: Cache): Promise<void> {
  await cache.rows.clear()
  for (const type of PACKED) await clearPacked(cache, type)
}

/** The record a row is listed under. */
function parentOf(type: RecordType, row: AnyRow): string {
  switch (type) {
    case 'finding':
      return (row as Row<'finding'>).inspection
    case 'photo':
    case 'comment':
      return (row as Row<'photo' | 'comment'>).of.id
    case 'inspection':
      return (row as Row<'inspection'>).branch
    case 'task':
      return (row as Row<'task'>).branch
    default:
      return ''
  }
}

function cached(type: RecordType, row: AnyRow): CachedRow {
  const open = row.open && Object.keys(row.open).length > 0
  return { type, id: row.id, rev: row.rev, parent: parentOf(type, row), row, ...(open ? { open: 1 as const } : {}) }
}

async function putRows(cache: Cache, type: RecordType, rows: AnyRow[]): Promise<void> {
  if (PACKED.includes(type)) {
    const held = await packed(cache, type)
    const newer = rows.filter((row) => row.rev > (held.get(row.id)?.rev ?? -1))
    return repack(cache, type, newer, [])
  }
  const held = await cache.rows.bulkGet(rows.map((row): [RecordType, string] => [type, row.id]))
  const newer = rows.filter((row, index) => row.rev > (held[index]?.rev ?? -1))
  await cache.rows.bulkPut(newer.map((row) => cached(type, row)))
}

async function takeAway(cache: Cache, marks: Mark[]): Promise<void> {
  for (const [type, id, rev] of marks) {
    if (!isKnown(type)) continue
    if (PACKED.includes(type)) {
      if (((await packed(cache, type)).get(id)?.rev ?? rev + 1) <= rev) await repack(cache, type, [], [id])
      continue
    }
    const held = await cache.rows.get([type, id])
    if (held && held.rev <= rev) await cache.rows.delete([type, id])
  }
}

/** The row with own edits folded in, under its new revision; an edit that saw all undecided values decides. */
function folded(row: AnyRow, rev: number, edits: OwnEdit[]): AnyRow {
  let next = row
  for (const edit of edits) {
    for (const [path, [value, ...bases]] of Object.entries(edit.set ?? {})) {
      next = setPath(next, path, value, [edit.device, edit.n], bases as ChangeId[])
    }
  }
  return { ...next, rev }
}

/** Applies `same` marks; false if a row they speak of is not here. */
async function keepSame(cache: Cache, marks: Mark[], edits: Map<string, OwnEdit[]>): Promise<boolean> {
  let whole = true
  for (const [type, id, rev] of marks) {
    if (!isKnown(type)) continue
    const held = await confirmedRow(cache, type, id)
    if (!held) whole = false
    else if (held.rev < rev) await putRows(cache, type, [folded(held, rev, edits.get(rowKey(type, id)) ?? [])])
  }
  return whole
}

function byRecord(edits: OwnEdit[]): Map<string, OwnEdit[]> {
  const map = new Map<string, OwnEdit[]>()
  for (const edit of edits) {
    const key = rowKey(edit.type, edit.id)
    map.set(key, [...(map.get(key) ?? []), edit])
  }
  return map
}

/**
 * Applies the rows and the cursor of a reply to the request that was built from `asked`.
 * `edits` are own edits that the server has taken with this very request, in order: what `same` speaks of.
 * `lenient`: rows that ought to be here and are not are no reason to fill the cache anew.
 */
export function applyReply(
  cache: Cache,
  asked: SyncState,
  reply: SyncReply,
  edits: OwnEdit[],
  { now, lenient }: { now: number; lenient: boolean },
): Promise<Applied> {
  return cache.transaction('rw', cache.rows, cache.packs, cache.state, async () => {
    const state = await cache.syncState()
    if (!isSameState(state, asked) || (state.epoch !== null && reply.epoch < state.epoch)) return 'ignored'
    await cache.turnPage()
    const clock = { clock_offset: reply.time - now, replied_at: reply.time }
    const empty = async (): Promise<'refill'> => {
      await clear(cache)
      await cache.state.put({ ...EMPTY_STATE, ...clock }, 'sync')
      return 'refill'
    }
    if (wasAwayTooLong(state, reply)) return empty()
    if (startsAnew(asked, reply)) await clear(cache)
    for (const [type, rows] of reply.rows) if (isKnown(type)) await putRows(cache, type, rows)
    const whole = await keepSame(cache, reply.same, byRecord(edits))
    if (!whole && !lenient) return empty()
    await takeAway(cache, reply.gone)
    const complete = !reply.more && Object.keys(reply.fill).length === 0
    const next: SyncState = {
      epoch: reply.epoch,
      cursor: reply.cursor,
      seen: complete ? reply.cursor : startsAnew(asked, reply) ? 0 : state.seen,
      audiences: reply.audiences ?? asked.audiences,
      fill: reply.fill,
      ...clock,
    }
    await cache.state.put(next, 'sync')
    return 'applied'
  })
}
