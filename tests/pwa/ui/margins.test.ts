import { afterEach, describe, expect, test } from 'vitest'
import { chooseLanguage } from '../../../pwa/src/texts/index.ts'
import { type Line, marginWords, nearestLine, verdictSentence } from '../../../pwa/src/ui/margins.ts'
import { rulerStart } from '../../../pwa/src/ui/Ruler.tsx'

const lines: Line[] = [
  { at: 850, name: '达标', margin: 45 },
  { at: 900, name: '示范', margin: -5 },
]

afterEach(() => chooseLanguage('zh'))

describe('the words of a margin', () => {
  test('what is left', () => {
    expect(marginWords(45)).toEqual({ words: '还可扣 4.5', missed: false })
  })

  test('nothing left is not yet missed', () => {
    expect(marginWords(0)).toEqual({ words: '还可扣 0.0', missed: false })
  })

  test('what is lacking', () => {
    expect(marginWords(-5)).toEqual({ words: '已差 0.5', missed: true })
  })

  test('in English', async () => {
    await chooseLanguage('en')
    expect(marginWords(45).words).toBe('4.5 left')
  })
})

test('the sentence for readers of the screen names every line and the vetoes', () => {
  expect(verdictSentence(895, lines, 0)).toBe('现在 89.5 分，暂计，达标 85 还可扣 4.5，示范 90 已差 0.5')
  expect(verdictSentence(895, lines, 1)).toContain('1 项否决')
})

test('at large text the dock keeps the mark nearest to the total', () => {
  expect(nearestLine(lines)?.name).toBe('示范')
  expect(nearestLine([])).toBeUndefined()
})

describe('the ruler begins', () => {
  test('at three quarters while the total is above', () => expect(rulerStart(895, 1000)).toBe(750))
  test('a quarter lower for each quarter lost', () => {
    expect(rulerStart(750, 1000)).toBe(500)
    expect(rulerStart(420, 1000)).toBe(250)
    expect(rulerStart(0, 1000)).toBe(0)
  })
})
