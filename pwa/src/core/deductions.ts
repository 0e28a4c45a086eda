/** The twin of `sync/deductions.py`: the list of deductions as one text, held to it by `sync/vectors/deductions/`. */
import type { Score } from './scoring.ts'
import { sha256 } from './sha256.ts'

export type Listed = Pick<Score, 'total' | 'ledger' | 'vetoes'>

/** Edition, total, every row of the ledger and the vetoes, as JSON without spaces. */
export function listText(standard: string, score: Listed): string {
  const ledger = score.ledger.map(({ item, rule, checks, count, lost }) => [item, rule, checks, count, lost])
  return JSON.stringify([standard, score.total, ledger, score.vetoes])
}

/** The hash of that text in UTF-8. */
export const textSha256 = (text: string): Promise<string> => sha256(new TextEncoder().encode(text).buffer)

export const listSha256 = (standard: string, score: Listed): Promise<string> => textSha256(listText(standard, score))
