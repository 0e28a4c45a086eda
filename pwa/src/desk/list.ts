import type { ComponentChildren } from 'preact'
import type { RecordType } from '../contract/records.ts'
import type { Choice } from '../ui/Chips.tsx'
import type { Known } from './asked.ts'

export interface Column<Row> {
  /** The key the server sorts by, where it does. */
  key: string
  head: string
  sorts?: boolean
  figure?: boolean
  /** The order that says it already. */
  unless?: string
  /** Left out while the record, which says it, is open beside the list; not where the list stands in its order. */
  spare?: boolean
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
  /** The records its rows are made of: what comes of them by sync is word that the list may be another. */
  of?: readonly RecordType[]
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

/** The columns worth showing in an order, with a record open beside the list or not. */
export const columnsOf = <Row>(list: ListOf<Row>, sort: string, beside = false): readonly Column<Row>[] =>
  list.columns.filter(
    ({ key, unless, spare }) => unless !== sort && !(beside && spare && sort.replace('-', '') !== key),
  )

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
