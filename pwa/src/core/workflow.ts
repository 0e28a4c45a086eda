/** What a person may do now, from the same data the server judges by; the server still has the last word. */

import type { ProblemCode } from '../contract/problems.ts'
import { ACTS, type ActName, type Actor, DECIDED, EDITABLE } from '../contract/workflow.ts'
import type { Row } from './rows.ts'

/** What is known on this phone of the record an act is about. */
export interface Circumstances {
  person: string
  /** Whether the person holds a role over the branch concerned. */
  over: (role: 'inspector' | 'supervisor' | 'manager') => boolean
  inspection?: Row<'inspection'>
  photo?: Row<'photo'>
  task?: Row<'task'>
  visit?: Row<'visit'>
  /** Who took photos for the inspection. */
  photographers?: ReadonlySet<string>
}

/** Nothing waits in it any more, whatever was left open. */
export const isDecided = (inspection: Row<'inspection'> | undefined): boolean =>
  inspection !== undefined && DECIDED.includes(inspection.status)

const ROLE: Record<Actor, (at: Circumstances) => boolean> = {
  lead: (at) => at.inspection?.lead === at.person,
  member: (at) => at.inspection?.members[at.person] === true,
  inspector: (at) => at.over('inspector'),
  supervisor: (at) => at.over('supervisor'),
  assignee: (at) => at.task?.assignees.includes(at.person) === true,
  author: (at) => at.photo?.author === at.person,
  person: (at) => at.visit?.person === at.person,
  manager: (at) => at.over('manager'),
}

/** Lead, member or photographer: whoever took part does not review. To ask for a picture judges nothing. */
export function tookPart(at: Circumstances): boolean {
  return ROLE.lead(at) || ROLE.member(at) || at.photographers?.has(at.person) === true
}

const isReview = (who: readonly Actor[]) => who.every((actor) => actor === 'supervisor')

/** Whether it is a decision about others' work, which only whoever looks at it now takes: `inspection.approve`. */
export const isReviewAct = (act: string): boolean => act in ACTS && isReview(ACTS[act as ActName].who)

function statusOf(act: ActName, at: Circumstances): string | undefined {
  if (act.startsWith('task.')) return at.task?.status
  return act.startsWith('visit.') ? at.visit?.status : at.inspection?.status
}

/** `null` if the act may be done now, else the refusal the server would give. */
export function refusalOf(act: ActName, at: Circumstances): ProblemCode | null {
  const { who, leaves, judges } = ACTS[act]
  if (!who.some((actor) => ROLE[actor](at))) return 'not_allowed'
  if (isReview(who) && judges !== 'nothing' && tookPart(at)) return 'self_review'
  const status = statusOf(act, at)
  if (leaves && (status === undefined || !leaves.includes(status))) return 'wrong_state'
  return null
}

export const mayDo = (act: ActName, at: Circumstances): boolean => refusalOf(act, at) === null

/** Whether a finding's answers may be edited: by lead and members, in a draft, or when it was returned. */
export function mayEdit(at: Circumstances, finding?: Row<'finding'>): boolean {
  if (!at.inspection || !EDITABLE.includes(at.inspection.status)) return false
  if (!ROLE.lead(at) && !ROLE.member(at)) return false
  const status = finding?.status ?? (at.inspection.status === 'draft' ? 'open' : 'locked')
  return status === 'open' || status === 'returned'
}
