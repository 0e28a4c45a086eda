import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { query } from '../router.ts'
import type { Choice } from '../ui/Chips.tsx'
import { read, revision } from './api.ts'
import { type Known, toServer } from './asked.ts'
import type { Page } from './rows.ts'

export interface Column<Row> {
  /** The key the server sorts by, where it does. */
  key: string
  head: string
  sorts?: boolean
  figure?: boolean
  /** The order that says it already. */
  unless?: string
  /** Where the list stands in the order of this key. */
  cell: (row: Row, sort: string) => ComponentChildren
}

/** One of some words, words that are typed, or a record that somebody picked, whose name the server tells. */
export type Filter = { key: string; label: string } & (
  | { choices: readonly Choice<string>[] }
  | { typed: true }
  | { names: 'units' | 'branches' | 'people'; pick: boolean }
)

/** A list of the server: what it is asked, and how its rows are drawn. */
export interface ListOf<Row> {
  /** As in `/desk/people` and, where `api` does not say otherwise, `/api/people`. */
  name: string
  api?: string
  /** Where a row leads, if not to a record beside the list. */
  to?: (row: Row) => string
  title: string
  /** What the search looks into. */
  find: string
  sort: string
  size: number
  /** What more it can be sorted by than its columns show. */
  moreSorts?: readonly Choice<string>[]
  columns: readonly Column<Row>[]
  filters: readonly Filter[]
  /** The first column is the name, which leads to the record. */
  idOf: (row: Row) => string
  /** Said where nothing was found and nothing was asked for. */
  empty: string
  /** There is no sheet of this one. */
  noSheet?: boolean
  /** What making a new one is called; absent where none is made here. */
  create?: string
}

/** Where the server has it. */
export const urlOf = <Row>({ name, api }: ListOf<Row>): string => `/api/${api ?? name}`

/** The columns worth showing in an order. */
export const columnsOf = <Row>(list: ListOf<Row>, sort: string): readonly Column<Row>[] =>
  list.columns.filter(({ unless }) => unless !== sort)

/** How a list can be sorted. */
export function sortsOf<Row>(list: ListOf<Row>): Choice<string>[] {
  const columns = list.columns.filter(({ sorts }) => sorts).map(({ key, head }) => ({ value: key, word: head }))
  return [...columns, ...(list.moreSorts ?? [])]
}

export function knownOf<Row>(list: ListOf<Row>): Known {
  return {
    filters: list.filters.map(({ key }) => key),
    sorts: sortsOf(list).map(({ value }) => value),
    sort: list.sort,
    size: list.size,
  }
}

export interface Loaded<Row> {
  page: Page<Row> | undefined
  /** Why there is no page, or an older one. */
  problem: string | null
  again: () => void
}

/** The page of a list that its address asks for; it looks again when something was changed, and when the network is back. */
export function useList<Row>(list: ListOf<Row>): Loaded<Row> {
  const asked = toServer(query.value, knownOf(list))
  const changes = revision.value
  const [loaded, show] = useState<Omit<Loaded<Row>, 'again'>>({ page: undefined, problem: null })
  const [turn, setTurn] = useState(0)
  const again = () => setTurn((n) => n + 1)
  useEffect(() => {
    let over = false
    void read<Page<Row>>(`${urlOf(list)}?${asked}`).then((got) => {
      if (over) return
      show((before) => (got.ok ? { page: got.value, problem: null } : { page: before.page, problem: got.code }))
    })
    return () => {
      over = true
    }
  }, [list.name, asked, changes, turn])
  useEffect(() => {
    addEventListener('online', again)
    return () => removeEventListener('online', again)
  }, [])
  return { ...loaded, again }
}
