import { viewer as en } from '../texts/en/viewer.ts'
import { part } from '../texts/part.ts'
import { viewer as zh } from '../texts/zh/viewer.ts'

/** The texts of the viewer, which comes later than the first start. */
export const say = part(zh, en)
