import { evidence as en } from '../texts/en/evidence.ts'
import { part } from '../texts/part.ts'
import { evidence as zh } from '../texts/zh/evidence.ts'

/** The texts of what speaks for a photo: they come with the first photo that is looked at. */
export const say = part(zh, en)
