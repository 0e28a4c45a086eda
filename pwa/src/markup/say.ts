import { markup as en } from '../texts/en/markup.ts'
import { part } from '../texts/part.ts'
import { markup as zh } from '../texts/zh/markup.ts'

/** The texts of what is drawn over photos, which comes later than the first start. */
export const say = part(zh, en)
