import type { Inspection } from '../contract/records.ts'
import { type PlainKey, t } from '../texts/index.ts'

const STATUS: Record<Inspection['status'], PlainKey> = {
  draft: 'statusDraft',
  submitted: 'statusSubmitted',
  returned: 'statusReturned',
  approved: 'statusApproved',
  void: 'statusVoid',
}

export const statusWord = (status: Inspection['status']): string => t(STATUS[status])
