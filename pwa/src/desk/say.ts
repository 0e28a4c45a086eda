import { desk as en } from '../texts/en/desk.ts'
import { part } from '../texts/part.ts'
import { desk as zh } from '../texts/zh/desk.ts'

/** The texts of the administrator's desk. */
export const say = part(zh, en)
