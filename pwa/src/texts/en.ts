import type { Texts } from './index.ts'
import { zh } from './zh.ts'

export const en: Texts = zh
