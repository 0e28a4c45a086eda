/** The reply of `POST /api/sync`, read with distrust: a wrong shape is noise, never a reason to lose work. */

import type { Result } from '../contract/wire.ts'
import type { AnyRow } from '../core/rows.ts'
import { isObject } from './http.ts'

export type Mark = [type: string, id: string, rev: number]

export interface SyncReply {
  epoch: number
  ack: number
  cursor: number
  time: number
  results: Result[]
  rows: Map<string, AnyRow[]>
  same: Mark[]
  gone: Mark[]
  /** `null`: as they were in the request. */
  audiences: string[] | null
  drop: string[]
  fill: Record<string, string>
  more: boolean
  /** This app is too old to read rows; changes were taken all the same. */
  upgrade: boolean
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string')

const isMark = (value: unknown): value is Mark =>
  Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string' && isWhole(value[2])

const isRow = (value: unknown): value is AnyRow =>
  isObject(value) && typeof value['id'] === 'string' && isWhole(value['rev']) && isObject(value['by'])

const OUTCOMES: readonly unknown[] = ['applied', 'superseded', 'conflict', 'held', 'refused']

const isResult = (value: unknown): value is Result =>
  isObject(value) && isWhole(value['n']) && OUTCOMES.includes(value['outcome'])

function listOf<T>(value: unknown, is: (one: unknown) => one is T): T[] | null {
  if (value === undefined || value === null) return []
  return Array.isArray(value) && value.every(is) ? value : null
}

function rowsIn(value: unknown): Map<string, AnyRow[]> | null {
  const rows = new Map<string, AnyRow[]>()
  if (value === undefined || value === null) return rows
  if (!isObject(value)) return null
  for (const [type, list] of Object.entries(value)) {
    const read = listOf(list, isRow)
    if (!read) return null
    rows.set(type, read)
  }
  return rows
}

function fillIn(value: unknown): Record<string, string> | null {
  if (value === undefined || value === null) return {}
  return isObject(value) && isTexts(Object.values(value)) ? (value as Record<string, string>) : null
}

/** The reply, or `null` if it is not one. */
export function readReply(body: unknown): SyncReply | null {
  if (!isObject(body) || body['v'] !== 1) return null
  const { epoch, ack, cursor, time, audiences, more, upgrade } = body
  if (!isWhole(epoch) || !isWhole(ack) || !isWhole(time)) return null
  if (!isWhole(cursor) && !(upgrade === true && (cursor === null || cursor === undefined))) return null
  if (audiences !== undefined && audiences !== null && !isTexts(audiences)) return null
  const results = listOf(body['results'], isResult)
  const rows = rowsIn(body['rows'])
  const same = listOf(body['same'], isMark)
  const gone = listOf(body['gone'], isMark)
  const drop = listOf(body['drop'], (one): one is string => typeof one === 'string')
  const fill = fillIn(body['fill'])
  if (!results || !rows || !same || !gone || !drop || !fill) return null
  return {
    epoch,
    ack,
    cursor: isWhole(cursor) ? cursor : 0,
    time,
    results,
    rows,
    same,
    gone,
    audiences: isTexts(audiences) ? audiences : null,
    drop,
    fill,
    more: more === true,
    upgrade: upgrade === true,
  }
}
