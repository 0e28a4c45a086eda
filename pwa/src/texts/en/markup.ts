import type { Twin } from '../part.ts'
import type { markup as zh } from '../zh/markup.ts'

export const markup: Twin<typeof zh> = {
  circles: (p) => `${p.n} circled`,
  arrows: (p) => `${p.n} ${p.n === 1 ? 'arrow' : 'arrows'}`,
  words: (p) => `${p.n} ${p.n === 1 ? 'note' : 'notes'}: ${p.words}`,
  covers: (p) => `${p.n} covered`,
  layer: (p) => `Marked: ${p.what}`,
  covered: 'Covered',
  comma: ', ',
  quoted: '; ',
}
