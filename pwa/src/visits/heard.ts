/** What was heard on visits: a complaint or a need, which a supervisor looks into, and what became of it. */

import { uuid5 } from '../core/ids.ts'
import { type RowSet, rowKey } from '../core/overlay.ts'
import type { Row } from '../core/rows.ts'
import { holdsOver } from '../core/scope.ts'
import { customerNames } from '../customers/queries.ts'
import { confirmedOf } from '../database/confirmed.ts'
import { store } from '../database/open.ts'
import { surroundings } from '../people/surroundings.ts'
import { listVisits } from './queries.ts'
import { hidden } from './words.ts'

/** A check was given out, it was handed in, a supervisor answered. */
export const STEPS = ['ordered', 'checked', 'dealt'] as const
export type StepKind = (typeof STEPS)[number]

export interface Step {
  kind: StepKind
  comment: Row<'comment'>
}

/** The id of the comment by which the server tells of a step; a check may be given out and made several times. */
export const stepId = (visit: string, kind: StepKind, turn = 1): string =>
  uuid5(visit, turn === 1 ? kind : `${kind} ${turn}`)

/** The id of the task that a visit led to. */
export const taskId = (visit: string): string => uuid5(visit, 'task')

export type Standing = 'waiting' | StepKind

export interface Heard {
  visit: Row<'visit'>
  branch: Row<'branch'> | undefined
  /** Name of the customer; empty where there is none, or they are not on this phone. */
  customer: string
  /** What was said, without telephone numbers. */
  words: string
  /** The oldest first. */
  steps: Step[]
  standing: Standing
  /** The check that was given out, for those who see it. */
  task: Row<'task'> | undefined
  /** Whether the person supervises the branch. */
  supervised: boolean
}

/** What has happened, as far as comments tell. */
export function stepsOf(visit: string, comments: RowSet): Step[] {
  const steps: Step[] = []
  for (const kind of STEPS) {
    for (let turn = 1; ; turn++) {
      const comment = comments.get(rowKey('comment', stepId(visit, kind, turn))) as Row<'comment'> | undefined
      if (!comment) break
      steps.push({ kind, comment })
    }
  }
  return steps.sort((a, b) => a.comment.at - b.comment.at)
}

const isUnderWay = (task: Row<'task'> | undefined) => task?.status === 'open' || task?.status === 'claimed'

/** Whether a supervisor may give out a check: not while one is under way, and not once it was answered. */
export const mayOrder = ({ standing, task, supervised }: Heard): boolean =>
  supervised && standing !== 'dealt' && !isUnderWay(task)

export const mayAnswer = ({ standing, supervised }: Heard): boolean => supervised && standing !== 'dealt'

/** Whether it is the supervisor's turn. */
export const waitsForSupervisor = (heard: Heard): boolean => mayOrder(heard)

/** When something last happened to it, epoch ms. */
export const lastAt = ({ visit, steps }: Heard): number =>
  steps.at(-1)?.comment.at ?? visit.closed_at ?? visit.started_at

/** Whether something was heard on a visit that counts. */
export const tells = ({ status, complaint, needs }: Row<'visit'>): boolean =>
  status === 'closed' && Boolean(complaint || needs)

async function gathered(visits: readonly Row<'visit'>[]): Promise<Heard[]> {
  const { cache } = store()
  const [comments, tasks, around, names] = await Promise.all([
    confirmedOf(cache, 'comment'),
    confirmedOf(cache, 'task'),
    surroundings(cache),
    customerNames(visits.flatMap(({ customer }) => customer ?? [])),
  ])
  return visits.map((visit) => {
    const branch = around.branches.get(visit.branch)
    const steps = stepsOf(visit.id, comments)
    return {
      visit,
      branch,
      customer: names.get(visit.customer ?? '') ?? '',
      words: hidden([visit.complaint, visit.needs].filter(Boolean).join(' ')),
      steps,
      standing: steps.at(-1)?.kind ?? 'waiting',
      task: tasks.get(rowKey('task', taskId(visit.id))) as Row<'task'> | undefined,
      supervised: holdsOver(around.audiences, 'supervisor', branch, around.units),
    }
  })
}

async function told(): Promise<Row<'visit'>[]> {
  const { all } = await listVisits()
  const corrected = new Set(all.filter(({ status }) => status === 'closed').map(({ corrects }) => corrects))
  return all.filter((visit) => tells(visit) && !corrected.has(visit.id))
}

/** What was heard at the branches one supervises: what waits, the oldest first; or what was answered, the last first. */
export async function listHeard(which: 'open' | 'dealt'): Promise<Heard[]> {
  const all = (await gathered(await told())).filter(({ supervised }) => supervised)
  const of = all.filter(({ standing }) => (standing === 'dealt') === (which === 'dealt'))
  return which === 'dealt'
    ? of.sort((a, b) => lastAt(b) - lastAt(a))
    : of.sort((a, b) => a.visit.started_at - b.visit.started_at)
}

/** How many wait for this supervisor now. */
export const heardWaiting = async (): Promise<number> => (await listHeard('open')).filter(waitsForSupervisor).length

/** So long an answer stands in the visitor's list, ms. */
const SHOWN = 30 * 86_400_000

/** What this person heard and passed on, with what became of it: the last news first. */
export async function ownHeard(now: number): Promise<Heard[]> {
  const { person } = store()
  const own = await gathered((await told()).filter((visit) => visit.person === person))
  return own
    .filter((heard) => heard.standing !== 'dealt' || now - lastAt(heard) < SHOWN)
    .sort((a, b) => lastAt(b) - lastAt(a))
}

/** What became of what one visit heard; `undefined` where it heard nothing, or does not count. */
export async function heardOn(id: string): Promise<Heard | undefined> {
  const visit = (await told()).find((one) => one.id === id)
  return visit && (await gathered([visit]))[0]
}
