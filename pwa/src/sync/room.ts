/** Tells the office how much room is left on this phone, before it runs out. */

import { storageBudget } from '../database/budget.ts'
import { call } from './http.ts'

const EVERY = 3_600_000

let told_by = 0
let told_at = Number.NEGATIVE_INFINITY

/** At most once an hour: the sync request has no place for it. A phone that says nothing of its room tells nothing. */
export async function tellRoom(device: number, now = Date.now()): Promise<void> {
  if (told_by === device && now - told_at < EVERY) return
  told_by = device
  told_at = now
  const budget = await storageBudget()
  if (!budget) return
  const { used, quota, persistent } = budget
  const body = JSON.stringify({ used: Math.round(used), quota: Math.round(quota), persistent })
  await call({ method: 'PUT', url: `/api/devices/${device}/storage`, body })
}
