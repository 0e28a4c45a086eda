import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ask, query } from '../router.ts'
import { wide } from '../shell/wide.ts'
import { clockTime } from '../texts/format.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import { Empty, Skeleton } from '../ui/Notice.tsx'
import { download } from './api.ts'
import { askedFor, nextSort, otherwise, pageOf, sortOf, toServer } from './asked.ts'
import { ListTools } from './ListTools.tsx'
import { columnsOf, knownOf, type ListOf, urlOf } from './list.ts'
import { Problem } from './parts.tsx'
import './ServerList.css'
import { say } from './say.ts'
import { type Loaded, useList } from './useList.ts'
import { Views } from './Views.tsx'

interface Props<Row> {
  list: ListOf<Row>
  /** The record that is open beside the list. */
  chosen: string | undefined
}

/** A record's own place keeps what the list was asked. */
export const placeOf = (list: string, id: string): string =>
  query.value ? `/desk/${list}/${id}?${query.value}` : `/desk/${list}/${id}`

const leadsTo = <Row,>(list: ListOf<Row>, row: Row): string =>
  list.to ? list.to(row) : placeOf(list.name, list.idOf(row))

function Head<Row>({ list, chosen }: Props<Row>) {
  const sort = sortOf(query.value, knownOf(list))
  return (
    <thead>
      <tr>
        {columnsOf(list, sort, chosen !== undefined).map(({ key, head, sorts, figure }) => {
          const way = sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : undefined
          return (
            <th
              scope="col"
              class={figure ? 'fig' : undefined}
              aria-sort={way ?? (sorts ? 'none' : undefined)}
              key={key}
            >
              {sorts ? (
                <button
                  type="button"
                  onClick={() => ask(otherwise(query.peek(), { sort: nextSort(askedFor(query.peek(), 'sort'), key) }))}
                >
                  {head}
                  <Icon name={way === 'descending' ? 'down' : 'up'} />
                </button>
              ) : (
                head
              )}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}

interface RowsProps<Row> extends Props<Row> {
  rows: readonly Row[]
  /** Those that came or changed just now. */
  news: ReadonlySet<string>
}

function Table<Row>({ list, rows, chosen, news }: RowsProps<Row>) {
  const sort = sortOf(query.value, knownOf(list))
  return (
    <table class="sl-t">
      <caption class="vh">{list.title}</caption>
      <Head list={list} chosen={chosen} />
      <tbody>
        {rows.map((row) => {
          const id = list.idOf(row)
          return (
            <tr key={id} class={id === chosen ? 'on' : news.has(id) ? 'new' : undefined}>
              {columnsOf(list, sort, chosen !== undefined).map(({ key, cell, figure }, i) =>
                i === 0 ? (
                  <th scope="row" key={key}>
                    <a href={`#${leadsTo(list, row)}`} aria-current={id === chosen ? 'true' : undefined}>
                      {cell(row, sort)}
                    </a>
                  </th>
                ) : (
                  <td class={figure ? 'fig n' : undefined} key={key}>
                    {cell(row, sort)}
                  </td>
                ),
              )}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** The same on a phone: a card for each row, its facts one after the other. */
function Cards<Row>({ list, rows, news }: Omit<RowsProps<Row>, 'chosen'>) {
  const sort = sortOf(query.value, knownOf(list))
  const [first, ...others] = columnsOf(list, sort)
  return (
    <ul class="card rows">
      {rows.map((row) => (
        <li key={list.idOf(row)} class={news.has(list.idOf(row)) ? 'new' : undefined}>
          <a class="row" href={`#${leadsTo(list, row)}`}>
            <span class="grow">
              <span class="row-t">{first?.cell(row, sort)}</span>
              <span class="sl-facts n">
                {others.map(({ key, head, cell }) => {
                  const content = cell(row, sort)
                  return content === null || content === '' ? null : (
                    <span key={key}>
                      <span class="faint">{head}</span> {content}
                    </span>
                  )
                })}
              </span>
            </span>
            <Icon name="next" />
          </a>
        </li>
      ))}
    </ul>
  )
}

/** J and K move through the rows, / goes to the search: off while one types or is asked something. */
function useKeys(root: preact.RefObject<HTMLElement>): void {
  useEffect(() => {
    function onKey(e: KeyboardEvent) {
      const at = e.target instanceof HTMLElement ? e.target : null
      if (e.ctrlKey || e.metaKey || e.altKey || at?.closest('input, textarea, select, dialog')) return
      const step = { j: 1, k: -1 }[e.key.toLowerCase()]
      if (e.key === '/') root.current?.querySelector<HTMLElement>('input[type=search]')?.focus()
      else if (step) {
        const links = [...(root.current?.querySelectorAll<HTMLElement>('tbody a') ?? [])]
        const now = links.indexOf(document.activeElement as HTMLElement)
        links[Math.min(links.length - 1, Math.max(0, now < 0 ? 0 : now + step))]?.focus()
      } else return
      e.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

interface PagesProps {
  total: number
  size: number
  shown: number
  since: number | null
}

function Pages({ total, size, shown, since }: PagesProps) {
  const page = pageOf(query.value)
  const last = Math.max(1, Math.ceil(total / size))
  const turn = (to: number) => ask(otherwise(query.peek(), { page: String(to) }))
  return (
    <div class="sl-pages">
      <p class="small dim n" role="status">
        {shown > 0
          ? say('rowsOf', { from: (page - 1) * size + 1, to: (page - 1) * size + shown, total })
          : say('rowsNone', { total })}
        {since !== null && <span class="c-warn">{say('rowsSince', { time: clockTime(since) })}</span>}
      </p>
      {(last > 1 || page > 1) && (
        <>
          <button
            type="button"
            class="btn btn-line"
            disabled={page <= 1}
            onClick={() => turn(Math.min(page - 1, last))}
          >
            {say('pageBefore')}
          </button>
          <button type="button" class="btn btn-line" disabled={page >= last} onClick={() => turn(page + 1)}>
            {say('pageNext')}
          </button>
        </>
      )}
    </div>
  )
}

/** Everything that was found, as a sheet. */
function Export<Row>({ list }: { list: ListOf<Row> }) {
  const [state, setState] = useState<'still' | 'busy' | string>('still')
  async function fetchSheet() {
    setState('busy')
    const asked = new URLSearchParams(toServer(query.peek(), knownOf(list)))
    asked.delete('page')
    asked.delete('size')
    const got = await download(`${urlOf(list)}?${asked}&format=xlsx`)
    setState(got.ok ? 'still' : got.code)
  }
  return (
    <>
      <button type="button" class="btn btn-line" aria-disabled={state === 'busy'} onClick={fetchSheet}>
        <Icon name="download" />
        {state === 'busy' ? say('exporting') : say('export')}
      </button>
      {state !== 'still' && state !== 'busy' && <Problem code={state} onAgain={fetchSheet} />}
    </>
  )
}

/** Tells whether somebody points at what is inside; of what goes from under the pointer nobody says that it left. */
function Pointed({
  children,
  onPoint,
  onNewer,
}: Pick<Loaded<unknown>, 'onPoint' | 'onNewer'> & { children: ComponentChildren }) {
  useEffect(() => () => onPoint(false), [])
  return (
    <div
      class={wide.value ? 'card sl-scroll' : undefined}
      onPointerDown={() => onPoint(true)}
      onPointerMove={() => onPoint(true)}
      onPointerLeave={({ pointerType }) => {
        onPoint(false)
        // a finger that leaves is a tap, which is still to find its row
        if (pointerType === 'mouse') onNewer()
      }}
    >
      {children}
    </div>
  )
}

function Rows<Row>({ list, chosen, page, problem, news, onPoint, onNewer }: Props<Row> & Loaded<Row>) {
  if (!page) return problem ? null : <Skeleton label={say('loading')} />
  if (page.rows.length > 0) {
    return (
      <Pointed onPoint={onPoint} onNewer={onNewer}>
        {wide.value ? (
          <Table list={list} chosen={chosen} rows={page.rows} news={news} />
        ) : (
          <Cards list={list} rows={page.rows} news={news} />
        )}
      </Pointed>
    )
  }
  return (
    <Empty icon="search" title={query.value ? say('noneFound') : list.empty}>
      {query.value && (
        <button type="button" class="btn btn-line" onClick={() => ask('')}>
          {say('viewAll')}
        </button>
      )}
    </Empty>
  )
}

/** A list of the server: searched, narrowed, sorted, leafed through and taken away as a sheet, all of it in its address. */
export function ServerList<Row>({ list, chosen }: Props<Row>) {
  const root = useRef<HTMLElement>(null)
  const loaded = useList(list)
  useKeys(root)
  return (
    <section class="sl" aria-label={list.title} ref={root}>
      <ListTools list={list} />
      <Views list={list.name} />
      {loaded.problem && <Problem code={loaded.problem} onAgain={loaded.again} />}
      <Rows list={list} chosen={chosen} {...loaded} />
      {loaded.page && (
        <div class="sl-foot">
          <Pages total={loaded.page.total} size={list.size} shown={loaded.page.rows.length} since={loaded.since} />
          <div class="sl-newer" role="status">
            {loaded.newer && (
              <button type="button" class="chip" onClick={loaded.onNewer}>
                <Icon name="refresh" />
                {say('newer')}
              </button>
            )}
          </div>
          {!list.noSheet && <Export list={list} />}
        </div>
      )}
    </section>
  )
}
