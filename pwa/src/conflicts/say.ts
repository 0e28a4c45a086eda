import { conflicts as en } from '../texts/en/conflicts.ts'
import { part } from '../texts/part.ts'
import { conflicts as zh } from '../texts/zh/conflicts.ts'

/** The texts of two opinions and of the history of a record. */
export const say = part(zh, en)
