import type { Twin } from '../part.ts'
import type { sync as zh } from '../zh/sync.ts'
import { several, work } from './words.ts'

export const sync: Twin<typeof zh> = {
  waiting: 'To be sent',
  waitingForSignal: 'Waiting for signal',
  waits: (p) => `${p.kind} · on this phone: ${work(p)}`,
  andMore: (p) => `and ${p.n} more`,
  room: 'Storage on this phone',
  roomLeft: (p) => `${p.left} left, about ${several(p.photos, 'photo')}`,
  roomUsed: (p) => `${p.used} used by Xunfang`,
  roomKept: 'The browser has promised to keep what is here.',
  roomNotKept:
    'The browser has not promised to keep it, and may clear it when space runs short. Installing Xunfang on the home screen is safer.',
}
