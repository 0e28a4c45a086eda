import type { Mark } from '../contract/records.ts'
import { say } from './say.ts'

/** What lies over a photo in one sentence, for readers of the screen: `2 处圈出，1 处文字：台面裂，1 处遮盖`. */
export function sentenceOf(marks: readonly Mark[]): string {
  const count = (shape: Mark['shape']) => marks.filter((mark) => mark.shape === shape).length
  const words = marks.flatMap(({ shape, text }) => (shape === 'text' && text ? [text] : [])).join(say('quoted'))
  const said = [
    { n: count('circle'), word: (n: number) => say('circles', { n }) },
    { n: count('arrow'), word: (n: number) => say('arrows', { n }) },
    { n: count('text'), word: (n: number) => say('words', { n, words }) },
    { n: count('blur'), word: (n: number) => say('covers', { n }) },
  ]
  return said.flatMap(({ n, word }) => (n > 0 ? [word(n)] : [])).join(say('comma'))
}
