import { settle as en } from '../texts/en/settle.ts'
import { part } from '../texts/part.ts'
import { settle as zh } from '../texts/zh/settle.ts'

/** The texts of work that was set aside. */
export const say = part(zh, en)
