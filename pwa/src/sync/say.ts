import { sync as en } from '../texts/en/sync.ts'
import { part } from '../texts/part.ts'
import { sync as zh } from '../texts/zh/sync.ts'

/** The texts of what the sync screen adds when it is opened. */
export const say = part(zh, en)
