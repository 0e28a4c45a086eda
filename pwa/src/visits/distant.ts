/** A visit this phone does not keep, older than its 90 days: read from the server, to be looked at and no more. */

import { useEffect, useState } from 'preact/hooks'
import type { CommentEntry } from '../comments/queries.ts'
import { FIELDS, type RecordType } from '../contract/records.ts'
import { type RowSet, rowKey } from '../core/overlay.ts'
import type { AnyRow, Row } from '../core/rows.ts'
import { store } from '../database/open.ts'
import { listPeople } from '../people/queries.ts'
import { surroundings } from '../people/surroundings.ts'
import { call, isObject } from '../sync/http.ts'
import type { Whereabouts } from '../sync/whereabouts.ts'
import type { Told } from './Fate.tsx'
import { stepsOf, tells } from './heard.ts'
import type { VisitView } from './queries.ts'
import { hidden } from './words.ts'

export interface Distant {
  view: VisitView
  /** Name of its branch; empty where this phone does not know it. */
  branch: string
  told: Told
  /** The oldest first. */
  said: CommentEntry[]
}

const arrived = (photo: Row<'photo'>): Whereabouts => (photo.stored_at ? 'full' : 'server')

function rowsOf(body: unknown): RowSet | null {
  if (!isObject(body) || !isObject(body['rows'])) return null
  const rows: RowSet = new Map()
  for (const [type, of] of Object.entries(body['rows'])) {
    if (type in FIELDS) for (const row of of as AnyRow[]) rows.set(rowKey(type as RecordType, row.id), row)
  }
  return rows
}

const ofType = <T extends 'photo' | 'comment'>(rows: RowSet, type: T): Row<T>[] =>
  [...rows].flatMap(([key, row]) => (key.startsWith(`${type}:`) ? [row as unknown as Row<T>] : []))

/** The photos of one record, the oldest first. */
const photosOn = (rows: RowSet, id: string) =>
  ofType(rows, 'photo')
    .filter((photo) => photo.of.id === id && !photo.retracted && !photo.erased_at)
    .sort((a, b) => a.taken_at - b.taken_at)
    .map((photo) => ({ photo, state: arrived(photo) }))

async function arranged(visit: Row<'visit'>, rows: RowSet): Promise<Distant> {
  const { cache, person } = store()
  const [people, { branches }] = await Promise.all([listPeople(), surroundings(cache)])
  const steps = stepsOf(visit.id, rows)
  const branch = branches.get(visit.branch)
  const heard = tells(visit) && {
    visit,
    branch,
    customer: '',
    words: hidden([visit.complaint, visit.needs].filter(Boolean).join(' ')),
    steps,
    standing: steps.at(-1)?.kind ?? ('waiting' as const),
    task: undefined,
    supervised: false,
  }
  const answers = new Set(steps.map(({ comment }) => comment.id))
  const said = ofType(rows, 'comment')
    .filter(({ id }) => !answers.has(id))
    .sort((a, b) => a.at - b.at)
    .map((comment) => ({
      comment,
      who: people.get(comment.author ?? '')?.name ?? '',
      mine: false,
      photos: photosOn(rows, comment.id),
      state: 'server' as const,
    }))
  const view: VisitView = {
    visit,
    card: undefined,
    corrected: undefined,
    photos: photosOn(rows, visit.id),
    state: 'server',
    refused: null,
    seen: 0,
    mine: visit.person === person,
    refusal: () => 'not_allowed',
  }
  return { view, branch: branch?.name ?? '', told: { heard: heard || undefined, people }, said }
}

/** The visit as the server has it, or why it is not to be had: the code of its refusal, or `offline`. */
async function readVisit(id: string): Promise<Distant | string> {
  const answer = await call({ method: 'GET', url: `/api/visits/${id}` })
  if (answer.kind === 'problem') return answer.code
  const rows = answer.kind === 'ok' ? rowsOf(answer.body) : null
  const visit = rows?.get(rowKey('visit', id)) as Row<'visit'> | undefined
  return rows && visit ? arranged(visit, rows) : 'offline'
}

/** The same while it is `wanted`; asked again when the network is back. `undefined` until it is known. */
export function useDistant(id: string, wanted: boolean): Distant | string | undefined {
  const [found, show] = useState<Distant | string>()
  useEffect(() => {
    if (!wanted) return
    let over = false
    const ask = () => void readVisit(id).then((next) => over || show(next))
    ask()
    addEventListener('online', ask)
    return () => {
      over = true
      removeEventListener('online', ask)
    }
  }, [id, wanted])
  return found
}
