import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { sha256 } from '../../../pwa/src/core/sha256.ts'
import { PhotoFacts } from '../../../pwa/src/evidence/Facts.tsx'
import {
  alikeOf,
  appOf,
  clockWords,
  coordinates,
  fixWords,
  HINTS,
  hintWords,
  placeWords,
  signedOf,
  stamp,
  trueTime,
} from '../../../pwa/src/evidence/facts.ts'
import { chooseLanguage } from '../../../pwa/src/texts/index.ts'
import { Office, Seen } from '../desk/office.ts'
import { phoneOf } from '../phone.ts'
import { AT, about, branch, old, PHOTO, shot, TAKEN } from './shot.ts'

const PROOF = { text: '{"app":"1.4.0 (3f2a)"}', key: 'k', signature: 's' }

afterEach(() => chooseLanguage('zh'))

describe('the time of a photo', () => {
  test('is the phone’s own, put right by what the server’s clock was ahead', () => {
    expect(trueTime(shot({ clock_offset: 90_000 }))).toBe(TAKEN + 90_000)
    expect(trueTime(shot({ clock_offset: -1_000 }))).toBe(TAKEN - 1_000)
    expect(trueTime(shot({ clock_offset: null }))).toBe(TAKEN)
    expect(stamp(TAKEN + 90_000)).toBe('2026-03-12 10:16:06')
  })

  test('says whether anybody compared the clock, and what was wrong with it', () => {
    expect(clockWords(shot({ clock_offset: null }))).toBe('手机未校时')
    expect(clockWords(shot({ clock_offset: 59_000 }))).toBe('手机已校时')
    expect(clockWords(shot({ clock_offset: 180_000 }))).toBe('手机慢了 3 分钟，已按服务器时间更正')
    expect(clockWords(shot({ clock_offset: -7_200_000 }))).toBe('手机快了 2 小时，已按服务器时间更正')
  })
})

describe('the position of a photo', () => {
  test('is told from the branch, with its error, age and datum', () => {
    expect(placeWords(shot(), branch)).toBe('距网点 14 米，误差 ±18 米')
    expect(fixWords(shot())).toBe('定位早于拍照 8 秒')
    expect(fixWords(shot({ position: { ...AT, at: TAKEN - 300_000 } }))).toBe('定位早于拍照 5 分钟')
    expect(fixWords(shot({ position: { ...AT, at: TAKEN + 2_000 } }))).toBe('定位晚于拍照 2 秒')
    expect(fixWords(shot({ position: { ...AT, at: TAKEN } }))).toBe('拍照时的定位')
    expect(coordinates(shot())).toBe('WGS-84 30.00000, 120.00000')
  })

  test('is not measured from a branch nobody knows the place of', () => {
    expect(placeWords(shot(), { ...branch, position: null })).toBe('有定位，误差 ±18 米，网点没有坐标')
    expect(placeWords(shot(), undefined)).toBe('有定位，误差 ±18 米，网点没有坐标')
    expect(placeWords(shot({ position: null }), branch)).toBe('没有定位')
    expect(coordinates(shot({ position: null }))).toBeNull()
    expect(fixWords(shot({ position: null }))).toBeNull()
  })
})

describe('the signature of a photo', () => {
  test.each([
    ['none', shot({ stored_at: 5 })],
    ['none', old({ stored_at: 5 })],
    ['waits', shot({ proof: PROOF })],
    ['checked', shot({ proof: PROOF, preview_at: 5 })],
    ['checked', shot({ proof: PROOF, stored_at: 5 })],
    ['wrong', shot({ proof: PROOF, stored_at: 5, hints: ['wrong_signature'] })],
  ] as const)('is %s', (signed, photo) => {
    expect(signedOf(photo)).toBe(signed)
  })

  test('names the build of the app, or nothing where it cannot be read', () => {
    expect(appOf(shot({ proof: PROOF }))).toBe('1.4.0 (3f2a)')
    expect(appOf(shot({ proof: { ...PROOF, text: 'no json' } }))).toBe('')
    expect(appOf(shot({ proof: { ...PROOF, text: '{"app":7}' } }))).toBe('')
    expect(appOf(old())).toBe('')
  })
})

test('look-alikes are spoken of only where somebody looked for them', () => {
  expect(alikeOf(shot())).toBe('waits')
  expect(alikeOf(shot({ preview_at: 5 }))).toBe('waits')
  expect(alikeOf(shot({ stored_at: 5 }))).toBe('none')
  expect(alikeOf(shot({ stored_at: 5, hints: ['seen_before'] }))).toBe('seen')
  expect(alikeOf(old({ stored_at: 5 }))).toBe('unknown')
})

describe('why one should look twice', () => {
  test.each(['zh', 'en'] as const)('every hint has a sentence of its own in %s', async (language) => {
    await chooseLanguage(language)
    const sentences = HINTS.map((hint) => hintWords(hint, shot(), branch))
    expect(new Set(sentences).size).toBe(7)
    for (const sentence of sentences) expect(sentence).toMatch(language === 'zh' ? /。$/ : /\.$/)
  })

  test('says how far away it was taken, and how old its position was', () => {
    const away = shot({ position: { ...AT, lat: 30.0109, at: TAKEN - 600_000 } })
    expect(hintWords('out_of_fence', away, branch)).toBe('定位距网点 1.2 公里，超出网点范围。')
    expect(hintWords('out_of_fence', away, undefined)).toBe('定位超出网点范围。')
    expect(hintWords('stale_position', away, branch)).toBe('定位早于拍照 10 分钟，可能是别处的位置。')
  })

  test('a hint of a newer server that this app has no words for is left out', () => {
    expect(hintWords('blurred' as 'gallery', shot(), branch)).toBe('')
  })
})

describe('on the screen', () => {
  let seen: Seen
  beforeEach(async () => {
    new Office().open()
    seen = new Seen()
    await phoneOf()
  })
  afterEach(() => {
    seen.clear()
    vi.unstubAllGlobals()
  })

  test('the facts of a photo, with its hints', () => {
    const told = about({ proof: PROOF, stored_at: 5, hints: ['gallery', 'seen_before'] })
    seen.draw(<PhotoFacts {...told} />)
    const words = seen.text
    expect(words).toContain('10:14:36，手机已校时')
    expect(words).toContain('检查员 A')
    expect(words).toContain('设备签名已核对')
    expect(words).toContain('3f9a 71c0 … e21e')
    expect(seen.all('.ev-hints li').map((line) => line.textContent)).toEqual([
      '从相册选的，不是当场拍的。',
      '别处用过相同或很像的照片。',
    ])
  })

  test('a row of an older server is told without complaint', () => {
    seen.draw(<PhotoFacts {...about()} photo={old({ stored_at: 5 })} />)
    expect(seen.all('.ev-hints')).toEqual([])
    expect(seen.text).toContain('没有签名')
    expect(seen.text).toContain('没有查过')
  })

  test('a tap compares the picture with the record, and says what there is no signature for', async () => {
    const { outbox } = await phoneOf()
    const data = new Uint8Array([1, 2, 3]).buffer
    await outbox.photo_bytes.put({ id: PHOTO, size: 'full', data })
    seen.draw(<PhotoFacts {...about({ sha256: await sha256(data) })} />)
    expect(seen.text).not.toContain('照片与登记一致')
    seen.tap('核对指纹')
    await seen.until(() => seen.text.includes('照片与登记一致'))
    expect(seen.text).toContain('没有签名可核对')
  })

  test('who neither took it nor supervises asks for no original, and is told that they see a copy', async () => {
    const asked = vi.fn(async () => new Response(new Uint8Array([9])))
    vi.stubGlobal('fetch', asked)
    seen.draw(<PhotoFacts {...about({ stored_at: 5 })} />)
    seen.tap('核对指纹')
    await seen.until(() => seen.text.includes('您看到的是副本'))
    expect(asked).toHaveBeenCalledWith(`/api/photos/${PHOTO}?size=full`, expect.anything())
  })
})
