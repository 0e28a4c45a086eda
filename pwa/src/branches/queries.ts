/** Branches on this phone: found by name, code or initials, nearest first where the place is known. */

import type { Row } from '../core/rows.ts'
import { store } from '../database/open.ts'
import { shownOf } from '../database/shown.ts'
import { surroundings } from '../people/surroundings.ts'
import { distance, type Place } from './distance.ts'

export interface BranchEntry {
  branch: Row<'branch'>
  /** Metres; null where either place is unknown. */
  distance: number | null
}

export interface BranchView {
  branch: Row<'branch'>
  unit: Row<'unit'> | undefined
  /** Inspections here that this phone knows, newest first. */
  inspections: Row<'inspection'>[]
}

export interface BranchSearch {
  search?: string
  near?: Place | null
  limit?: number
}

const fold = (text: string) => text.toLowerCase().replaceAll(/\s/g, '')

function found(branch: Row<'branch'>, words: string): boolean {
  return words === '' || [branch.name, branch.code, branch.initials].some((text) => fold(text).includes(words))
}

/** Open branches that match, nearest first (else by code), with the number of all that match. */
export async function listBranches(wanted: BranchSearch = {}): Promise<{ entries: BranchEntry[]; total: number }> {
  const words = fold(wanted.search ?? '')
  const entries: BranchEntry[] = []
  for (const branch of (await surroundings(store().cache)).branches.values()) {
    if (branch.status !== 'open' || !found(branch, words)) continue
    entries.push({ branch, distance: distance(wanted.near ?? null, branch.position) })
  }
  entries.sort((a, b) => {
    const nearer = (a.distance ?? Number.POSITIVE_INFINITY) - (b.distance ?? Number.POSITIVE_INFINITY)
    return nearer || (a.branch.code < b.branch.code ? -1 : 1)
  })
  return { entries: entries.slice(0, wanted.limit ?? 200), total: entries.length }
}

/** A branch with its unit and what was inspected there; `undefined` while it is not on this phone. */
export async function getBranch(id: string): Promise<BranchView | undefined> {
  const { branches, units } = await surroundings(store().cache)
  const branch = branches.get(id)
  if (!branch) return undefined
  const unit = units.get(branch.unit)
  const inspections = (await shownOf('inspection'))
    .filter((row) => row.branch === id)
    .sort((a, b) => b.started_at - a.started_at)
  return { branch, unit, inspections }
}

/** What a phone keeps of a label's secret: its SHA-256 in hex. */
export async function tagOf(token: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The branch whose label has this tag; `undefined`: none that this phone knows. */
export async function branchOfTag(tag: string): Promise<string | undefined> {
  for (const branch of (await surroundings(store().cache)).branches.values()) if (branch.tag === tag) return branch.id
  return undefined
}

/** The branch with this code, as people type it; `undefined`: none that this phone knows. */
export async function branchOfCode(code: string): Promise<string | undefined> {
  const wanted = fold(code)
  for (const branch of (await surroundings(store().cache)).branches.values()) {
    if (wanted !== '' && fold(branch.code) === wanted) return branch.id
  }
  return undefined
}

export async function nameOfBranch(id: string): Promise<string | undefined> {
  return (await surroundings(store().cache)).branches.get(id)?.name
}
