import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { clockTime, distance, moment, points, size, span, wholePoints } from '../../../pwa/src/texts/format.ts'
import { chooseLanguage, t } from '../../../pwa/src/texts/index.ts'
import { part } from '../../../pwa/src/texts/part.ts'

const SOURCE = resolve(import.meta.dirname, '../../../pwa/src')

function sources(): string {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  const code = files.filter((file) => /\.tsx?$/.test(file) && !file.startsWith('texts/') && !file.startsWith('texts\\'))
  return code.map((file) => readFileSync(join(SOURCE, file), 'utf8')).join('\n')
}

afterEach(() => chooseLanguage('zh'))

type Catalogue = Record<string, string | ((about: never) => string)>

/** Every part of the catalogue by its name, as both languages have it. */
const PARTS = readdirSync(join(SOURCE, 'texts/zh'))
  .map((file) => file.replace('.ts', ''))
  .filter((name) => name !== 'words')
const textsOf = async (language: 'zh' | 'en', name: string): Promise<Catalogue> =>
  ((await import(`../../../pwa/src/texts/${language}/${name}.ts`)) as Record<string, Catalogue>)[name] ?? {}

describe.each(PARTS)('the texts of %s', (name) => {
  test('are said in both languages', async () => {
    const [zh, en] = [await textsOf('zh', name), await textsOf('en', name)]
    expect(Object.keys(zh).length).toBeGreaterThan(0)
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
    for (const [key, text] of Object.entries(zh)) expect(typeof en[key], key).toBe(typeof text)
  })

  test('are all said by some screen', async () => {
    const code = sources()
    expect(Object.keys(await textsOf('zh', name)).filter((key) => !code.includes(`'${key}'`))).toEqual([])
  })

  test('are calm: no exclamation marks, no codes', async () => {
    const texts = Object.values(await textsOf('zh', name)).map(String)
    expect(texts.filter((text) => /！|[^=]!(?!=)/.test(text))).toEqual([])
  })
})

describe('the catalogue', () => {
  test('speaks of one thing and of several', async () => {
    await chooseLanguage('en')
    expect(t('photoCount', { n: 1 })).toBe('1 photo')
    expect(t('photoCount', { n: 2 })).toBe('2 photos')
    expect(t('found', { what: 'qs', n: 1 })).toBe('1 branch for “qs”')
  })

  test('follows the chosen language', async () => {
    expect(t('tabToday')).toBe('今天')
    await chooseLanguage('en')
    expect(t('tabToday')).toBe('Today')
  })

  test('a part that comes later follows it too', async () => {
    const say = part({ left: (p: { n: number }) => `还差 ${p.n} 次` }, { left: (p) => `${p.n} left` })
    expect(say('left', { n: 2 })).toBe('还差 2 次')
    await chooseLanguage('en')
    expect(say('left', { n: 2 })).toBe('2 left')
  })
})

describe('figures', () => {
  test('points have one decimal, as printed none that is idle', () => {
    expect([points(895), points(40), wholePoints(40), wholePoints(25)]).toEqual(['89.5', '4.0', '4', '2.5'])
  })

  test('distances', () => {
    expect([distance(35), distance(3140), distance(12_400)]).toEqual(['35 米', '3.1 公里', '12 公里'])
  })

  test('sizes', () => expect([size(332_000), size(3_400_000)]).toEqual(['332 KB', '3.4 MB']))

  test('spans', () => {
    expect([span(45 * 60_000), span(26 * 3_600_000), span(72 * 3_600_000)]).toEqual(['45 分钟', '26 小时', '3 天'])
  })

  test('moments near by have a word, others a date', () => {
    const now = new Date(2026, 2, 12, 15, 0).getTime()
    const at = new Date(2026, 2, 12, 14, 2).getTime()
    expect(clockTime(at)).toBe('14:02')
    expect(moment(at, now)).toBe('今天 14:02')
    expect(moment(at - 86_400_000, now)).toBe('昨天 14:02')
    expect(moment(new Date(2026, 1, 6, 9, 40).getTime(), now)).toBe('2月6日 09:40')
  })
})
