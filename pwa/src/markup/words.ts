import type { Mark } from '../contract/records.ts'
import { say } from './say.ts'
import { WHOLE } from './shapes.ts'

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

/** `圈 1`: its number among those of its shape; `文字 2：台面裂`. */
export function nameOf(marks: readonly Mark[], index: number): string {
  const mark = marks[index]
  if (!mark) return ''
  const n = marks.slice(0, index + 1).filter(({ shape }) => shape === mark.shape).length
  const name = say('named', { word: say(mark.shape), n })
  return mark.shape === 'text' && mark.text ? say('quotedMark', { name, text: mark.text }) : name
}

const WHERE = [
  ['topLeft', 'top', 'topRight'],
  ['left', 'middle', 'right'],
  ['bottomLeft', 'bottom', 'bottomRight'],
] as const

const third = (share: number): 0 | 1 | 2 => (share < WHOLE / 3 ? 0 : share <= (WHOLE / 3) * 2 ? 1 : 2)

/** In which part of the picture the middle of a mark lies. */
export function whereOf({ box: [x0, y0, x1, y1] }: Mark): string {
  return say(WHERE[third((y0 + y1) / 2)][third((x0 + x1) / 2)])
}

/** A mark as a list tells it: `圈 1，左上`. */
export function toldOf(marks: readonly Mark[], index: number): string {
  const mark = marks[index]
  return mark ? say('placed', { name: nameOf(marks, index), where: whereOf(mark) }) : ''
}
