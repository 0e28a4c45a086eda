/** The tasks of the person who is signed in. */

import type { Row } from '../core/rows.ts'
import type { Cache } from '../database/cache.ts'
import { oncePerPage } from '../database/memory.ts'
import { store } from '../database/open.ts'
import { shownOf } from '../database/shown.ts'
import { surroundings } from '../people/surroundings.ts'
import { standardName } from '../standards/titles.ts'
import { NO_WORK, ownWork, stateOf, type Whereabouts } from '../sync/whereabouts.ts'
import { language } from '../texts/index.ts'

export interface TaskEntry {
  task: Row<'task'>
  branch: Row<'branch'> | undefined
  /** What people call the edition, empty while it is not on this phone. */
  standard: string
  /** The inspection that was started for it, if there is one. */
  inspection: Row<'inspection'> | undefined
  /** Whether the person may claim and decline it. */
  mine: boolean
  state: Whereabouts
}

function titlesOf(cache: Cache): Promise<ReadonlyMap<string, string>> {
  return oncePerPage(cache, `titles ${language.peek()}`, async () => {
    const standards = await cache.rows.where('type').equals('standard').toArray()
    return new Map(standards.map(({ id, row }) => [id, standardName(row as Row<'standard'>)]))
  })
}

/** Tasks in sight, the next due first; those of other people only for supervisors. */
export async function listTasks(): Promise<TaskEntry[]> {
  const { cache, outbox, person } = store()
  const [tasks, inspections, { branches }, work, titles] = await Promise.all([
    shownOf('task'),
    shownOf('inspection'),
    surroundings(cache),
    ownWork(outbox),
    titlesOf(cache),
  ])
  const started = new Map(inspections.filter((row) => row.task && row.status !== 'void').map((row) => [row.task, row]))
  const entries = tasks.map((task) => ({
    task,
    branch: branches.get(task.branch),
    standard: titles.get(task.standard) ?? '',
    inspection: started.get(task.id) ?? inspections.find((row) => row.id === task.inspection),
    mine: task.assignees.includes(person),
    state: stateOf(work.of.get(task.id) ?? NO_WORK, 'task', task.id, task),
  }))
  return entries.sort((a, b) => a.task.due_at - b.task.due_at)
}
