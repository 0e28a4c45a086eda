/** The page of a list that its address asks for, as long as it is shown. */

import { useEffect, useRef, useState } from 'preact/hooks'
import { storeOf } from '../database/open.ts'
import { session } from '../people/session.ts'
import { query } from '../router.ts'
import { type Got, read, revision } from './api.ts'
import { onArrival } from './arrivals.ts'
import { toServer } from './asked.ts'
import { keepFresh } from './fresh.ts'
import { knownOf, type ListOf, urlOf } from './list.ts'
import type { Page } from './rows.ts'

interface Shown<Row> {
  page: Page<Row> | undefined
  /** Why there is no page, or an older one. */
  problem: string | null
  /** Set where the server was out of reach when it was asked again: when it last answered, epoch ms. */
  since: number | null
  /** Rows that came, or changed, while the list was shown. */
  news: ReadonlySet<string>
  /** What would move rows that somebody points at: shown when they ask for it or point elsewhere. */
  newer: Page<Row> | null
}

export interface Loaded<Row> extends Shown<Row> {
  again: () => void
  /** Shows the newer page. */
  onNewer: () => void
  /** Told when somebody begins or ceases to point at the rows: until then they stay where they are. */
  onPoint: (points: boolean) => void
}

const NOTHING = { page: undefined, problem: null, since: null, news: new Set<string>(), newer: null }

/** Rows of a page that stand there otherwise than before. */
function newsIn<Row>(idOf: (row: Row) => string, before: Page<Row> | undefined, now: Page<Row>): Set<string> {
  const known = new Map(before?.rows.map((row) => [idOf(row), JSON.stringify(row)]))
  return new Set(now.rows.filter((row) => known.get(idOf(row)) !== JSON.stringify(row)).map(idOf))
}

/** Whether a row that stands there would stand elsewhere. */
const moves = <Row>(idOf: (row: Row) => string, before: Page<Row>, now: Page<Row>): boolean =>
  before.rows.some((row, i) => now.rows[i] === undefined || idOf(now.rows[i]) !== idOf(row))

const taken = <Row>(list: ListOf<Row>, before: Shown<Row>, page: Page<Row>): Shown<Row> => {
  const news = before.problem !== null ? before.news : newsIn(list.idOf, before.page, page)
  return { ...NOTHING, page, news }
}

interface Again<Row> {
  got: Got<Page<Row>>
  /** When the server answered last before, epoch ms. */
  answered: number
  /** Somebody points at the rows. */
  points: boolean
}

/** What is shown after the same question was asked again: an equal answer draws nothing. */
function renewed<Row>(list: ListOf<Row>, before: Shown<Row>, { got, answered, points }: Again<Row>): Shown<Row> {
  const { page, problem, since, newer } = before
  if (!got.ok) return got.code === 'offline' && page ? { ...before, since: answered } : { ...before, problem: got.code }
  const { value } = got
  if (JSON.stringify(page) === JSON.stringify(value)) {
    return problem === null && since === null && newer === null ? before : { ...NOTHING, page, news: before.news }
  }
  if (page && points && moves(list.idOf, page, value)) return { ...before, problem: null, since: null, newer: value }
  return taken(list, before, value)
}

/**
 * Asks when the address changes and after something was changed here. While nothing of that happens the same page is
 * asked for again, quietly: what came takes its place, and nothing else on the screen moves. Rows that somebody points
 * at stay where they are meanwhile.
 */
export function useList<Row>(list: ListOf<Row>): Loaded<Row> {
  const asked = toServer(query.value, knownOf(list))
  const changes = revision.value
  const person = session.value?.person.id
  const [shown, show] = useState<Shown<Row>>(NOTHING)
  const [turn, setTurn] = useState(0)
  const points = useRef(false)
  useEffect(() => {
    let over = false
    let answered = Date.now()
    const look = async (take: (before: Shown<Row>, got: Got<Page<Row>>) => Shown<Row>) => {
      const got = await read<Page<Row>>(`${urlOf(list)}?${asked}`)
      if (over) return
      show((before) => take(before, got))
      if (got.ok) answered = Date.now()
    }
    const first = look(({ page }, got) =>
      got.ok ? { ...NOTHING, page: got.value } : { ...NOTHING, page, problem: got.code },
    )
    const { of } = list
    const again = (before: Shown<Row>, got: Got<Page<Row>>) =>
      renewed(list, before, { got, answered, points: points.current })
    const end = keepFresh({
      first,
      ask: () => look(again),
      onWord: (hear) => (of && person ? onArrival(storeOf(person).cache, of, hear) : () => {}),
    })
    return () => {
      over = true
      end()
    }
  }, [list.name, asked, changes, turn, person])
  const onNewer = () => show((before) => (before.newer ? taken(list, before, before.newer) : before))
  const onPoint = (now: boolean) => {
    points.current = now
  }
  return { ...shown, again: () => setTurn((n) => n + 1), onNewer, onPoint }
}
