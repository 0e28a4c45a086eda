/** What the server has of what is on this phone, asked where the sync cannot tell: its number was locked out. */

import type { Result } from '../contract/wire.ts'
import type { Outbox } from '../database/outbox.ts'
import { call, isObject } from './http.ts'
import { settleCarried } from './settle.ts'

export interface Here {
  epoch: number
  /** The last number it has, and what became of those that were not plainly applied. */
  settled: number
  results: Result[]
  /** Photos whose picture it has in full, or waits for no more. */
  photos: string[]
  /** When the last rescue file that was taken in was made, by this phone's clock. */
  file: number | null
}

/** A look at a hidden number, as it waits to be told. */
export interface Look {
  id: string
  customer: string
  at: number
}

interface Holding {
  device: number
  first: number
  photos?: string[]
  looks?: Look[]
}

const isHere = (body: unknown): body is Here =>
  isObject(body) &&
  typeof body['settled'] === 'number' &&
  Array.isArray(body['results']) &&
  Array.isArray(body['photos'])

/** `unknown`: no such number is this person's, and asking again will not help; `null`: no answer. */
export async function askHere(holding: Holding): Promise<Here | 'unknown' | null> {
  const answer = await call({ method: 'POST', url: '/api/rescue/here', body: JSON.stringify(holding) })
  if (answer.kind === 'ok') return isHere(answer.body) ? answer.body : null
  const known = answer.kind === 'problem' && ![401, 429].includes(answer.status) && answer.status < 500
  return known ? 'unknown' : null
}

/**
 * What a rescue file has brought, or a request whose answer was lost, is settled here too and not sent a second time:
 * before this phone counts under another number, and where the sync cannot carry it. False without an answer.
 */
export async function settleBrought(outbox: Outbox, device: number, now: number): Promise<boolean> {
  const waiting = await outbox.changes.orderBy('n').toArray()
  const first = waiting[0]?.n
  if (first === undefined) return true
  const here = await askHere({ device, first })
  if (here === null) return false
  if (here === 'unknown') return true
  // what was never handed out may have been rewritten since
  const sent = (await outbox.numbers())?.sent ?? 0
  const ack = Math.min(here.settled, sent)
  const carried = waiting.filter(({ n }) => n <= ack)
  await settleCarried(outbox, { device, carried, epoch: here.epoch, ack, results: here.results }, now)
  return true
}
