import { t } from '../texts/index.ts'

/** Why a photo could not be kept, in a sentence. */
export function failure(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  if (name === 'StorageFull') return t('photoNoSpace')
  if (name === 'PhotoLost') return t('lostTitle')
  return name === 'NotAnImage' ? t('photoUnreadable') : t('photoNotKept')
}

/** Why none may be taken, in a sentence: what is expected could not be noted, so the photo could not be kept either. */
export const refusal = (error: unknown): string =>
  error instanceof Error && error.name === 'StorageFull' ? t('photoNoRoom') : t('notKept')
