/** The tasks of the person who is signed in. */

import type { Row } from '../core/rows.ts'
import { store } from '../database/open.ts'
import { packed } from '../database/reference.ts'
import { shownOf } from '../database/shown.ts'
import { ownWork, stateOf, type Whereabouts } from '../sync/whereabouts.ts'

export interface TaskEntry {
  task: Row<'task'>
  branch: Row<'branch'> | undefined
  /** Title of the edition, empty while it is not on this phone. */
  standard: string
  /** The inspection that was started for it, if there is one. */
  inspection: Row<'inspection'> | undefined
  /** Whether the person may claim and decline it. */
  mine: boolean
  state: Whereabouts
}

/** Tasks in sight, the next due first; those of other people only for supervisors. */
export async function listTasks(): Promise<TaskEntry[]> {
  const { cache, outbox, person } = store()
  const [tasks, inspections, branches] = await Promise.all([
    shownOf('task'),
    shownOf('inspection'),
    packed(cache, 'branch'),
  ])
  const standards = await cache.rows.where('type').equals('standard').toArray()
  const titles = new Map(standards.map(({ id, row }) => [id, (row as Row<'standard'>).title]))
  const started = new Map(inspections.filter((row) => row.task && row.status !== 'void').map((row) => [row.task, row]))
  const entries = tasks.map(async (task) => ({
    task,
    branch: branches.get(task.branch),
    standard: titles.get(task.standard) ?? '',
    inspection: started.get(task.id) ?? inspections.find((row) => row.id === task.inspection),
    mine: task.assignees.includes(person),
    state: stateOf(await ownWork(outbox, task.id), 'task', task.id, task),
  }))
  return (await Promise.all(entries)).sort((a, b) => a.task.due_at - b.task.due_at)
}
