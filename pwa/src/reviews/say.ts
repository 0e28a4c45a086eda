import { reviews as en } from '../texts/en/reviews.ts'
import { part } from '../texts/part.ts'
import { reviews as zh } from '../texts/zh/reviews.ts'

/** The texts of the supervisor's desk, which comes later than the first start. */
export const say = part(zh, en)
