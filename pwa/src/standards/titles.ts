import type { Standard } from '../contract/records.ts'
import { inLanguage, t } from '../texts/index.ts'

/** What screens call an edition: its title and year. */
export function standardTitle(standard: Standard): string {
  const english = standard.document['name_en']
  const title = inLanguage(standard.title, typeof english === 'string' ? english : undefined)
  return `${title} · ${t('editionYear', { year: standard.edition.slice(0, 4) })}`
}

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
