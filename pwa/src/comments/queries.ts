/** Threads on this phone. */

import type { Comment } from '../contract/records.ts'
import { overlay } from '../core/overlay.ts'
import type { Row } from '../core/rows.ts'
import { confirmedUnder } from '../database/confirmed.ts'
import { store } from '../database/open.ts'
import { listPeople } from '../people/queries.ts'
import type { ShownPhoto } from '../photos/Shots.tsx'
import { laidOn, NO_WORK, ownWork, photoState, stateOf, type Whereabouts, worst } from '../sync/whereabouts.ts'
import { stepsOf } from '../visits/heard.ts'
import type { Place } from './acts.ts'

export interface CommentEntry {
  comment: Row<'comment'>
  /** Name of the author; empty where this phone does not know them. */
  who: string
  mine: boolean
  photos: ShownPhoto[]
  state: Whereabouts
}

const isOf = (of: Comment['of'], row: { of: { type: string; id: string } }) =>
  row.of.type === of.type && row.of.id === of.id

/** What was said below a record, the oldest first. */
export async function threadOf({ of, root }: Place): Promise<CommentEntry[]> {
  const { cache, outbox, person } = store()
  const [under, own, people] = await Promise.all([confirmedUnder(cache, of.id), ownWork(outbox, root), listPeople()])
  const work = own.of.get(root) ?? NO_WORK
  const rows = [...overlay(under, laidOn(work), { person, device: own.device })]
  // how a visit stands is told above its thread
  const steps = new Set(of.type === 'visit' ? stepsOf(of.id, under).map(({ comment }) => comment.id) : [])
  const photos = rows.flatMap(([key, row]) => (key.startsWith('photo:') ? [row as Row<'photo'>] : []))
  const said = rows.flatMap(([key, row]) => (key.startsWith('comment:') ? [row as Row<'comment'>] : []))
  return said
    .filter((row) => isOf(of, row) && !steps.has(row.id))
    .sort((a, b) => a.at - b.at)
    .map((comment) => {
      const shown = photos
        .filter((photo) => photo.of.id === comment.id && !photo.retracted && !photo.erased_at)
        .map((photo) => ({ photo, state: photoState(work, photo.id, photo) }))
      const state = stateOf(work, 'comment', comment.id, comment)
      return {
        comment,
        who: people.get(comment.author ?? '')?.name ?? '',
        mine: comment.author === person,
        photos: shown,
        state: worst([state, ...shown.map((one) => one.state)]),
      }
    })
}
