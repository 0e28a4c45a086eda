import type { Standard } from '../contract/records.ts'
import { inLanguage, type PlainKey, t } from '../texts/index.ts'

/** What people call the editions we ship, whose printed titles are long. */
const SHORT: Record<string, PlainKey> = { 'model-window': 'shortModelWindow' }

/** The short name of a standard where it has one, else its title. */
export function standardName(standard: Pick<Standard, 'code' | 'title' | 'document'>): string {
  const short = SHORT[standard.code]
  if (short) return t(short)
  const english = standard.document['name_en']
  return inLanguage(standard.title, typeof english === 'string' ? english : undefined)
}

/** What screens call an edition: its name and year. */
export const standardTitle = (standard: Standard): string =>
  `${standardName(standard)} · ${t('editionYear', { year: standard.edition.slice(0, 4) })}`

/** The name of a section or an item. */
export const nameOf = (part: { code: string; name_zh?: string; name_en?: string }): string =>
  inLanguage(part.name_zh ?? part.code, part.name_en)

/** The sentence of a check. */
export const checkText = (check: { code: string; zh?: string; en?: string }): string =>
  inLanguage(check.zh ?? check.code, check.en)

/** How a rule deducts, in the words of the standard; empty where it says nothing. */
export function basisOf(rule: object): string {
  const { basis_zh, basis_en } = rule as { basis_zh?: string; basis_en?: string }
  return inLanguage(basis_zh ?? '', basis_en)
}
