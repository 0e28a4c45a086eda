import type { PlainKey } from '../texts/index.ts'
import { t } from '../texts/index.ts'
import { Icon } from './Icon.tsx'
import './SyncChip.css'

/** Where a thing is: on this phone, under way, on the server, complete, or in need of somebody. */
export type Whereabouts = 'phone' | 'send' | 'server' | 'full' | 'refused' | 'clash' | 'held' | 'lost'

export const stateWords: Record<Whereabouts, PlainKey> = {
  phone: 'statePhone',
  send: 'stateSend',
  server: 'stateServer',
  full: 'stateFull',
  refused: 'stateRefused',
  clash: 'stateClash',
  held: 'stateHeld',
  lost: 'stateLost',
}

export function StateWord({ state, word }: { state: Whereabouts; word?: string }) {
  return (
    <span class={`st st-${state}`}>
      <Icon name={`st-${state}`} />
      {word ?? t(stateWords[state])}
    </span>
  )
}
