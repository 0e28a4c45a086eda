import { afterEach, expect, test } from 'vitest'
import { Watermark } from '../../../pwa/src/evidence/Watermark.tsx'
import { laidOut, letterSize, watermarkWords, wrapped } from '../../../pwa/src/evidence/watermark.ts'
import { chooseLanguage } from '../../../pwa/src/texts/index.ts'
import { Seen } from '../desk/office.ts'
import { about, branch } from './shot.ts'

afterEach(() => chooseLanguage('zh'))

test('it tells the corrected time with seconds, branch, check, person, distance and error', () => {
  expect(watermarkWords(about({ clock_offset: 60_000 }))).toEqual([
    '2026-03-12 10:15:36 · 已校时',
    '青石桥支局 · 门窗、台席无张贴物',
    '检查员 A · 距网点 14 米 ±18 米',
  ])
})

test('it says what nobody knows', async () => {
  expect(watermarkWords(about({ clock_offset: null, position: null }))).toEqual([
    '2026-03-12 10:14:36 · 未校时',
    '青石桥支局 · 门窗、台席无张贴物',
    '检查员 A · 没有定位',
  ])
  await chooseLanguage('en')
  const told = { ...about({ author: null }), branch: { ...branch, position: null }, what: '' }
  expect(watermarkWords(told)).toEqual(['2026-03-12 10:14:36 · clock checked', '青石桥支局', '±18 m'])
})

test('a long Chinese name goes over several lines, and loses no letter', () => {
  const name = '某某省某某市某某区青石桥第一人民路邮政支局营业厅'
  const lines = wrapped(name, 10)
  expect(lines.length).toBeGreaterThan(2)
  for (const line of lines) expect([...line].length).toBeLessThanOrEqual(9)
  expect(lines.join('')).toBe(name)
})

test('a Latin word stays whole where it fits, and a line begins with no space', () => {
  expect(wrapped('No notices on windows', 8)).toEqual(['No notices on', 'windows'])
  expect(wrapped('Donaudampfschifffahrt', 5).join('')).toBe('Donaudampfschifffahrt')
  expect(wrapped('', 8)).toEqual([])
})

test.each([
  [1600, 1200],
  [1200, 1600],
  [480, 360],
  [300, 90],
])('it stays within a picture of %i × %i, along its lower edge', (width, height) => {
  const words = watermarkWords(about())
  const { band, lines, size } = laidOut(words, width, height, letterSize(width, height))
  expect(band.y + band.height).toBeCloseTo(height)
  expect(band.height).toBeLessThanOrEqual(height * 0.45)
  for (const { y } of lines) {
    expect(y - size).toBeGreaterThanOrEqual(band.y)
    expect(y).toBeLessThanOrEqual(height)
  }
})

test('it is drawn from the record in the picture’s own measure, and read aloud as one', () => {
  const seen = new Seen()
  seen.draw(<Watermark {...about()} />)
  const svg = seen.all('svg')[0]
  expect(svg?.getAttribute('viewBox')).toBe('0 0 1600 1200')
  expect(svg?.getAttribute('aria-label')).toContain('检查员 A')
  seen.clear()
})
