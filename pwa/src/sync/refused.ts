/** What a person does with a change the server did not take. */

import type { RecordType } from '../contract/records.ts'
import type { ChangeId } from '../core/rows.ts'
import { type Draft, perform } from '../database/gesture.ts'
import { store } from '../database/open.ts'
import type { Outbox, RefusedChange } from '../database/outbox.ts'

/** The refused change with those that were refused with it, in order. */
async function together(outbox: Outbox, id: ChangeId): Promise<RefusedChange[]> {
  const change = await outbox.refused.get(id)
  if (!change || change.group === undefined) return change ? [change] : []
  const kin = await outbox.refused.where('root').equals(change.root).toArray()
  return kin.filter((other) => other.device === change.device && other.group === change.group)
}

function draftOf(change: RefusedChange): Draft {
  const draft: Draft = { type: change.type as RecordType, id: change.id }
  if (change.set) draft.set = Object.fromEntries(Object.entries(change.set).map(([path, [value]]) => [path, value]))
  if (change.act) draft.act = change.act
  if (change.with) draft.with = change.with
  return draft
}

/** Sends a refused change (and what was refused with it) again as new work on what is shown now. */
export async function retryAsNew(id: ChangeId): Promise<void> {
  const changes = await together(store().outbox, id)
  const [first] = changes
  if (!first) return
  await perform({
    root: first.root,
    reads: changes.map((change): [RecordType, string] => [change.type as RecordType, change.id]),
    decide: () => changes.map(draftOf),
    also: async (outbox) => {
      await outbox.refused.bulkDelete(changes.map((change): ChangeId => [change.device, change.n]))
      for (const change of changes) {
        if (change.type !== 'photo' || !change.set) continue
        // a server that was restored may have had the picture, and has it no more
        await outbox.photos.update(change.id, { dropped_at: undefined, released_at: undefined, uploads: {} })
      }
    },
  })
}

/** Sets a refused change aside: it is no longer shown, and stays in the history of this phone. */
export async function discardRefused(id: ChangeId): Promise<void> {
  const { outbox } = store()
  await outbox.transaction('rw', outbox.refused, async () => {
    for (const change of await together(outbox, id)) {
      await outbox.refused.update([change.device, change.n], { discarded_at: Date.now() })
    }
  })
}
