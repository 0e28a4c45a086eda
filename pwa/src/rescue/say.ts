import { rescue as en } from '../texts/en/rescue.ts'
import { part } from '../texts/part.ts'
import { rescue as zh } from '../texts/zh/rescue.ts'

/** The texts of rescue files. */
export const say = part(zh, en)
