import { t } from '../texts/index.ts'
import { syncStatus } from './status.ts'

/**
 * What to say while the phone fills for the first time, with how much has come; null afterwards, and where no
 * server is within reach. An empty list means nothing before that.
 */
export function firstFill(): string | null {
  const { filling, replied_at, reachable } = syncStatus.value
  if (filling !== null) return t('fillingSoFar', { n: filling })
  return replied_at === null && reachable !== false ? t('firstDownload') : null
}
