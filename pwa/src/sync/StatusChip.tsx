import { clockTime } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { stateWords } from '../ui/StateWord.tsx'
import { SyncChip, SyncChipRoom } from '../ui/SyncChip.tsx'
import { type SyncStatus, syncStatus } from './status.ts'

/** The worst state in a word and a figure. */
export function chipWord(status: SyncStatus): string {
  const { waiting, sending, photos, received_at, replied_at } = status
  const at = received_at ?? replied_at
  switch (status.chip) {
    case 'refused':
      return t('chipRefused', { n: status.refused.length })
    case 'clash':
      return t('chipClash', { n: status.conflicts.length })
    case 'lost':
      return t('chipLost', { n: status.lost.length })
    case 'held':
      return t('chipHeld', { n: status.held.length })
    case 'send':
      return t('chipSending', { done: sending?.done ?? 0, of: sending?.total ?? waiting.changes })
    case 'phone':
      return waiting.changes > 0 ? t('chipWaiting', { n: waiting.changes }) : t('statePhone')
    case 'server':
      return t('chipPhotos', { done: photos.stored, of: photos.total })
    default:
      return at ? t('chipFull', { time: clockTime(at) }) : t('chipNothing')
  }
}

/** What the word leaves out: the state by its name, and what waits. */
export function chipMore(status: SyncStatus): string {
  const { changes, photos } = status.waiting
  return t('syncSentence', { state: t(stateWords[status.chip ?? 'phone']), changes, photos })
}

/** At the top right of every screen; its place is kept until it is known what to say. */
export function StatusChip() {
  const status = syncStatus.value
  if (status.chip === null) return <SyncChipRoom word={t('chipFull', { time: clockTime(0) })} />
  return <SyncChip state={status.chip} word={chipWord(status)} more={chipMore(status)} href="#/sync" />
}
