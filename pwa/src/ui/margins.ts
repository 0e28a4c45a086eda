import { points, wholePoints } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import type { Mark } from './Ruler.tsx'

/** A mark with what the total may still lose before it is missed; negative: what is lacking. In tenths, in the edition's steps. */
export interface Line extends Mark {
  margin: number
}

/** `{ words: '还可扣 4.5', missed: false }`. */
export function marginWords(margin: number): { words: string; missed: boolean } {
  const missed = margin < 0
  const figure = points(Math.abs(margin))
  return { words: missed ? t('marginMissed', { points: figure }) : t('marginLeft', { points: figure }), missed }
}

/** The whole state in one sentence, for readers of the screen. */
export function verdictSentence(total: number, lines: readonly Line[], vetoes: number): string {
  const parts = [t('totalNow', { points: points(total) })]
  for (const line of lines) parts.push(`${line.name} ${wholePoints(line.at)} ${marginWords(line.margin).words}`)
  if (vetoes > 0) parts.push(t('vetoCount', { n: vetoes }))
  return parts.join(t('comma'))
}

/** The line nearest to the total: the one the dock keeps at large text. */
export function nearestLine(lines: readonly Line[]): Line | undefined {
  return [...lines].sort((a, b) => Math.abs(a.margin) - Math.abs(b.margin))[0]
}
