import { labels as en } from '../../texts/en/labels.ts'
import { part } from '../../texts/part.ts'
import { labels as zh } from '../../texts/zh/labels.ts'

/** The texts of labels, which come with the first one that is scanned or printed. */
export const say = part(zh, en)
