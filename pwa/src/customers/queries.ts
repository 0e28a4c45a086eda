/** Customers on this phone: the confirmed ones with own changes laid on. */

import { overlay, type RowSet, rowKey } from '../core/overlay.ts'
import type { Row } from '../core/rows.ts'
import type { Cache } from '../database/cache.ts'
import { outboxNow } from '../database/held.ts'
import { oncePerPage } from '../database/memory.ts'
import { store } from '../database/open.ts'
import { packed } from '../database/reference.ts'
import { NO_WORK, ownWork, stateOf, type Whereabouts } from '../sync/whereabouts.ts'
import { listVisits } from '../visits/queries.ts'
import { byLastVisit, folded, type Indexed, indexed, isMeant } from './index.ts'
import { type Likeness, nearMatches } from './near.ts'

export interface CustomerEntry {
  customer: Row<'customer'>
  /** When this phone last knows of a visit, epoch milliseconds. */
  last: number | null
}

export interface CustomerSearch {
  search?: string
  tier?: string | null
  route?: string | null
  limit?: number
}

export interface CustomerList {
  entries: CustomerEntry[]
  /** How many fit, and how many there are at all. */
  total: number
  all: number
  tiers: string[]
  routes: string[]
}

/** The confirmed ones in the order of their initials: sorted once a page. */
function confirmed(cache: Cache): Promise<readonly Indexed[]> {
  return oncePerPage(cache, 'customers', async () => {
    const rows = await packed(cache, 'customer')
    const all = [...rows.values()].map(indexed)
    return all.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
  })
}

/** Own changes laid on the rows they are about; these alone, by id. */
async function own(cache: Cache): Promise<ReadonlyMap<string, Row<'customer'>>> {
  const { outbox, person } = store()
  const { device, settled, waiting } = await outboxNow(outbox)
  const landing = settled.filter((change) => change.landed === 0 && change.outcome !== 'held')
  const changes = [...landing, ...waiting].filter((change) => change.type === 'customer')
  if (changes.length === 0) return new Map()
  const rows: RowSet = new Map()
  const here = await packed(cache, 'customer')
  for (const { id } of changes) {
    const row = here.get(id)
    if (row) rows.set(rowKey('customer', id), row)
  }
  const laid = [...overlay(rows, changes, { person, device }).values()] as Row<'customer'>[]
  return new Map(laid.map((row) => [row.id, row]))
}

let last: { base: readonly Indexed[]; mine: string; shown: readonly Indexed[] } | undefined

/** All who are active, own changes among them; the same array as long as nothing has changed. */
async function shown(): Promise<readonly Indexed[]> {
  const { cache } = store()
  const [base, mine] = await Promise.all([confirmed(cache), own(cache)])
  const key = JSON.stringify([...mine.values()])
  if (last?.base === base && last.mine === key) return last.shown
  const rest = base.filter(({ row }) => row.status === 'active' && !mine.has(row.id))
  const added = [...mine.values()].filter((row) => row.status === 'active').map(indexed)
  last = { base, mine: key, shown: [...added, ...rest] }
  return last.shown
}

let sorted: { of: readonly Indexed[]; by: ReadonlyMap<string, number>; order: readonly Indexed[] } | undefined

function inOrder(of: readonly Indexed[], by: ReadonlyMap<string, number>): readonly Indexed[] {
  if (sorted?.of !== of || sorted.by !== by) sorted = { of, by, order: byLastVisit(of, by) }
  return sorted.order
}

/** When each customer was last met, or at least called upon, as far as this phone knows. */
async function lastVisits(): Promise<ReadonlyMap<string, number>> {
  return (await listVisits()).last
}

const isDigits = (words: string) => /^\d+$/.test(words)

/** Those who fit, who waits longest for a visit first. */
export async function listCustomers(wanted: CustomerSearch = {}): Promise<CustomerList> {
  const [all, by] = await Promise.all([shown(), lastVisits()])
  const words = folded(wanted.search ?? '')
  const { tier = null, route = null, limit = 60 } = wanted
  const entries: CustomerEntry[] = []
  const tiers = new Set<string>()
  const routes = new Set<string>()
  let total = 0
  for (const one of inOrder(all, by)) {
    const { row } = one
    if (row.tier) tiers.add(row.tier)
    if (row.route) routes.add(row.route)
    if ((tier !== null && row.tier !== tier) || (route !== null && row.route !== route) || !isMeant(one, words))
      continue
    total += 1
    if (entries.length < limit) entries.push({ customer: row, last: by.get(row.id) ?? null })
  }
  const named = (of: Set<string>) => [...of].sort((a, b) => a.localeCompare(b, 'zh', { numeric: true }))
  return { entries, total, all: all.length, tiers: named(tiers), routes: named(routes) }
}

/** The customers who were visited last, the newest first. */
export async function recentCustomers(most: number): Promise<CustomerEntry[]> {
  const [all, by] = await Promise.all([shown(), lastVisits()])
  const newest = [...by].sort((a, b) => b[1] - a[1]).slice(0, 4 * most)
  const wanted = new Map(newest)
  const rows = all.filter(({ row }) => wanted.has(row.id)).map(({ row }) => row)
  return rows
    .map((customer) => ({ customer, last: wanted.get(customer.id) ?? null }))
    .sort((a, b) => (b.last ?? 0) - (a.last ?? 0))
    .slice(0, most)
}

export interface CustomerView {
  customer: Row<'customer'>
  visits: Row<'visit'>[]
  last: number | null
  state: Whereabouts
}

/** One customer, whatever became of them; `undefined` while they are not on this phone. */
export async function getCustomer(id: string): Promise<CustomerView | undefined> {
  const { cache, outbox } = store()
  const [mine, here, visits, work] = await Promise.all([
    own(cache),
    packed(cache, 'customer'),
    listVisits(),
    ownWork(outbox, id),
  ])
  const customer = mine.get(id) ?? here.get(id)
  if (!customer) return undefined
  return {
    customer,
    visits: visits.all.filter((visit) => visit.customer === id && visit.kind !== 'card'),
    last: visits.last.get(id) ?? null,
    state: stateOf(work.of.get(id) ?? NO_WORK, 'customer', id, customer),
  }
}

/** Names of customers by id; empty where one is not on this phone. */
export async function customerNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { cache } = store()
  const [mine, here] = await Promise.all([own(cache), packed(cache, 'customer')])
  return new Map(ids.map((id) => [id, (mine.get(id) ?? here.get(id))?.name ?? '']))
}

/** Customers of the same branch who may be the same as a new one. */
export async function likeThis(branch: string, wanted: Likeness, but?: string): Promise<Row<'customer'>[]> {
  if (!wanted.name.trim() && !isDigits(wanted.phone ?? '')) return []
  const rows = (await shown()).map(({ row }) => row).filter((row) => row.branch === branch && row.id !== but)
  return nearMatches(wanted, rows)
}
