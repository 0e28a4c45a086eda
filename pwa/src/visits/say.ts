import { visits as en } from '../texts/en/visits.ts'
import { part } from '../texts/part.ts'
import { visits as zh } from '../texts/zh/visits.ts'

/** The texts of visits, customers and comments, which come later than the first start. */
export const say = part(zh, en)
