import { signal } from '@preact/signals'
import type { Twin } from './part.ts'
import { zh } from './zh.ts'

/** Every text of the first start: a sentence, or a function of what it speaks about. */
export type Texts = Twin<typeof zh>
export type TextKey = keyof Texts
/** Keys that stand alone, without parameters. */
export type PlainKey = { [K in TextKey]: Texts[K] extends string ? K : never }[TextKey]
export type Language = 'zh' | 'en'

type Params<K extends TextKey> = Texts[K] extends (about: infer P) => string ? [about: P] : []

const catalogue = signal<Texts>(zh)
export const language = signal<Language>('zh')

export async function chooseLanguage(chosen: Language): Promise<void> {
  const texts: Texts = chosen === 'en' ? (await import('./en.ts')).en : zh
  catalogue.value = texts
  language.value = chosen
}

/** The text in the person's language. */
export function t<K extends TextKey>(key: K, ...about: Params<K>): string {
  const text = catalogue.value[key]
  return typeof text === 'function' ? (text as (about: unknown) => string)(about[0]) : text
}

/** Texts that come with data, such as a standard's, in the person's language. */
export function inLanguage(zhText: string, enText: string | undefined): string {
  return language.value === 'en' && enText ? enText : zhText
}
