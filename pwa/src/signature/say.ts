import { signature as en } from '../texts/en/signature.ts'
import { part } from '../texts/part.ts'
import { signature as zh } from '../texts/zh/signature.ts'

/** The texts of signing, which comes later than the first start. */
export const say = part(zh, en)
