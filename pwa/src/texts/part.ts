import { language } from './index.ts'

/** One text: a sentence, or a function of what it speaks about. */
type Text = string | ((about: never) => string)

/** The same texts in another language. */
export type Twin<Z> = {
  readonly [K in keyof Z]: Z[K] extends (about: infer P) => string ? (about: P) => string : string
}

/** What speaks from a catalogue: `say('quotaLeft', { n: 2 })`. */
export type Say<Z> = <K extends keyof Z>(
  key: K,
  ...about: Z[K] extends (about: infer P) => string ? [about: P] : []
) => string

/** The texts of a part that is loaded later, with both its languages: the first start does not carry them. */
export function part<const Z extends Record<string, Text>>(zh: Z, en: Twin<Z>): Say<Z> {
  return (key, ...about) => {
    const text: unknown = language.value === 'en' ? en[key] : zh[key]
    return typeof text === 'function' ? text(about[0]) : String(text)
  }
}
