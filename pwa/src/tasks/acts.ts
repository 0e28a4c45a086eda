/** What an assignee does with a task. */

import { perform } from '../database/gesture.ts'
import { store } from '../database/open.ts'

async function act(task: string, verb: 'claim' | 'decline', args: Record<string, unknown>): Promise<void> {
  const seen = await store().cache.seen()
  const draft = { type: 'task' as const, id: task, act: verb, with: args, seen }
  await perform({ root: task, reads: [['task', task]], decide: () => [draft] })
}

/** Takes a task on. */
export const claimTask = (task: string): Promise<void> => act(task, 'claim', {})

/** Gives a task back, with the reason. */
export const declineTask = (task: string, reason: string): Promise<void> => act(task, 'decline', { reason })
