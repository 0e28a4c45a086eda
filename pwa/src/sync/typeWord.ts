import { type PlainKey, t } from '../texts/index.ts'

const TYPES: Record<string, PlainKey> = {
  inspection: 'typeInspection',
  finding: 'typeFinding',
  photo: 'typePhoto',
  task: 'typeTask',
  visit: 'typeVisit',
  customer: 'typeCustomer',
  comment: 'typeComment',
}

/** What people call a type of record. */
export const typeWord = (type: string): string => t(TYPES[type] ?? 'typeOther')
