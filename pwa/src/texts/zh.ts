import { app } from './zh/app.ts'
import { day } from './zh/day.ts'
import { inspections } from './zh/inspections.ts'

/** Every text of the client's first start, 简体中文. Short, spoken, 您 in requests only; no exclamation marks. */
export const zh = { ...app, ...day, ...inspections }
