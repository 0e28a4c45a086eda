/** The words over a photo, and where they stand: the same on the screen, on paper and in a copy that is shared. */

import { distance as metres } from '../texts/format.ts'
import type { About } from './Facts.tsx'
import { awayFrom, stamp, trueTime } from './facts.ts'
import { say } from './say.ts'

const BETWEEN = ' · '

function placeOf({ photo, branch }: About): string {
  if (!photo.position) return say('noPlace')
  const away = awayFrom(photo, branch)
  const off = `±${metres(photo.position.accuracy)}`
  return away === null ? off : `${say('away', { distance: metres(away) })} ${off}`
}

/** What is written over a photo, one fact beside the other; the first line is the time. */
export function watermarkWords(about: About): string[] {
  const { photo, branch, who, what } = about
  const clock = photo.clock_offset === null ? say('clockUnsetShort') : say('clockShort')
  return [
    `${stamp(trueTime(photo))}${BETWEEN}${clock}`,
    [branch?.name, what].filter(Boolean).join(BETWEEN),
    [who(photo.author), placeOf(about)].filter(Boolean).join(BETWEEN),
  ].filter(Boolean)
}

/** The width of a letter in parts of its height: never less than it takes, so that no line runs over the edge. */
function widthOf(char: string): number {
  if (char === ' ') return 0.34
  return char.charCodeAt(0) < 0x2e80 ? 0.64 : 1.02
}

const lengthOf = (text: string): number => [...text].reduce((sum, char) => sum + widthOf(char), 0)

/** Words that stay whole: a run of Latin letters and figures; every other letter may begin a line. */
const PIECES = /[\u0021-\u024f\u00b7\u2010-\u2027]+ ?|./gu

/** A text in lines of at most `room` letter heights. A word longer than a line is cut. */
export function wrapped(text: string, room: number): string[] {
  const lines: string[] = []
  let line = ''
  const pieces = (text.match(PIECES) ?? []).flatMap((piece) => (lengthOf(piece) > room ? [...piece] : [piece]))
  for (const piece of pieces) {
    if (line && lengthOf(line + piece.trimEnd()) > room) {
      lines.push(line.trimEnd())
      line = ''
    }
    if (line || piece.trim()) line += piece
  }
  return line.trim() ? [...lines, line.trimEnd()] : lines
}

/** A dark band along the lower edge and the lines in it, in the picture's own pixels; `y` is a line's foot. */
export interface Laid {
  band: { y: number; height: number }
  size: number
  lines: { text: string; x: number; y: number; strong: boolean }[]
}

const LINE = 1.36
/** At most this share of the picture is covered. */
const MOST = 0.45

/** The height of letters that goes with a picture of this size. */
export const letterSize = (width: number, height: number): number => Math.sqrt(width * height) / 36

/** Lays the words over a picture; letters shrink when they would cover too much of it. */
export function laidOut(words: readonly string[], width: number, height: number, size: number): Laid {
  const pad = size * 0.7
  const room = (width - 2 * pad) / size
  const parts = words.map((word) => wrapped(word, room))
  const count = parts.reduce((sum, lines) => sum + lines.length, 0)
  const tall = count * size * LINE + pad * 1.4
  if (tall > height * MOST && size > 4) return laidOut(words, width, height, size * 0.85)
  const top = height - tall
  const texts = parts.flatMap((lines, part) => lines.map((text) => ({ text, strong: part === 0 })))
  const lines = texts.map((line, at) => ({ ...line, x: pad, y: top + pad * 0.7 + size * (LINE * at + 1.02) }))
  return { band: { y: top, height: tall }, size, lines }
}
