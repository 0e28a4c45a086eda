/** What others have left on this phone: each person has an outbox of their own, and it outlasts their turn. */

import Dexie from 'dexie'
import { Outbox } from '../database/outbox.ts'
import { isFlawed, isUnsent } from './unsent.ts'

export interface Left {
  changes: number
  photos: number
  /** What the server did not take and nobody has set aside. */
  refused: number
}

const OF = 'outbox-'

async function leftIn(person: string): Promise<Left> {
  const outbox = new Outbox(person)
  try {
    const [changes, photos, refused] = await Promise.all([
      outbox.changes.count(),
      outbox.photos.filter((photo) => isUnsent(photo) || isFlawed(photo)).count(),
      outbox.refused.filter((change) => !change.discarded_at).count(),
    ])
    return { changes, photos, refused }
  } finally {
    outbox.close()
  }
}

/** All that was left here by anybody but `person`. */
export async function leftByOthers(person: string): Promise<Left> {
  const names = (await Dexie.getDatabaseNames()).filter((name) => name.startsWith(OF) && name !== OF + person)
  const all = { changes: 0, photos: 0, refused: 0 }
  for (const name of names) {
    const { changes, photos, refused } = await leftIn(name.slice(OF.length))
    all.changes += changes
    all.photos += photos
    all.refused += refused
  }
  return all
}
