import { app } from './en/app.ts'
import { day } from './en/day.ts'
import { inspections } from './en/inspections.ts'
import type { Texts } from './index.ts'

export const en: Texts = { ...app, ...day, ...inspections }
