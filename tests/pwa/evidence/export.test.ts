import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { exportPhoto, fileName, held } from '../../../pwa/src/evidence/export.ts'
import { phoneOf } from '../phone.ts'
import { about, PHOTO } from './shot.ts'

const FACE = { shape: 'blur', box: [2500, 2500, 5000, 5000] } as const

/** A canvas that notes what is done to it, on a picture that is red all over. */
class Paper {
  readonly done: { what: string; about: unknown[] }[] = []
  width = 0
  height = 0
  fails = false

  getContext() {
    return new Proxy(
      {},
      {
        get: (_, what: string) => {
          return (...about: unknown[]) => {
            this.done.push({ what, about })
            if (what === 'getImageData') return this.pixels(about)
          }
        },
        set: () => true,
      },
    )
  }

  private pixels([, , w, h]: unknown[]) {
    const data = new Uint8ClampedArray(Number(w) * Number(h) * 4).fill(255)
    return { data, width: w, height: h }
  }

  toBlob(give: (blob: Blob | null) => void, type: string) {
    give(this.fails ? null : new Blob(['copy'], { type }))
  }

  at(what: string): number {
    return this.done.findIndex((one) => one.what === what)
  }
}

let paper: Paper
let links: HTMLAnchorElement[]
const image = { width: 1600, height: 1200, close: vi.fn() }

beforeEach(async () => {
  paper = new Paper()
  links = []
  const make = document.createElement.bind(document)
  vi.spyOn(document, 'createElement').mockImplementation((name: string) => {
    if (name === 'canvas') return paper as unknown as HTMLCanvasElement
    const link = make('a')
    link.click = () => void links.push(link)
    return link
  })
  vi.stubGlobal('createImageBitmap', vi.fn().mockResolvedValue(image))
  const { outbox } = await phoneOf()
  await outbox.photo_bytes.put({ id: PHOTO, size: 'full', data: new Uint8Array([1, 2, 3]).buffer })
})

afterEach(() => vi.unstubAllGlobals())

test('a copy of a picture on this phone is made without network, drawn over and then let go of', async () => {
  const asked = vi.fn()
  vi.stubGlobal('fetch', asked)
  expect(await exportPhoto(about())).toBe('saved')
  expect(asked).not.toHaveBeenCalled()
  expect(links[0]?.download).toBe('440301-ENV-2.g-20260312-101436.jpg')
  const words = paper.done.filter(({ what }) => what === 'fillText').map((one) => one.about[0])
  expect(words).toEqual([
    '2026-03-12 10:14:36 · 已校时',
    '青石桥支局 · 门窗、台席无张贴物',
    '检查员 A · 距网点 14 米 ±18 米',
  ])
  expect(image.close).toHaveBeenCalled()
  expect(paper.width).toBe(0)
})

test('what is covered is burnt into the copy before anything is written over it', async () => {
  await exportPhoto(about({ markup: [{ ...FACE, box: [...FACE.box] }] }))
  const burnt = paper.done.filter(
    ({ what, about: [x, y] }) => what === 'fillRect' && Number(x) >= 400 && Number(y) < 600,
  )
  const area = burnt.reduce((sum, { about: [, , w, h] }) => sum + Number(w) * Number(h), 0)
  expect(area).toBe(400 * 300)
  expect(paper.at('drawImage')).toBe(0)
  expect(paper.at('getImageData')).toBeLessThan(paper.at('fillText'))
})

test('a copy that cannot be made is said to have failed, and nothing is handed over', async () => {
  paper.fails = true
  vi.spyOn(console, 'warn').mockReturnValue()
  expect(await exportPhoto(about())).toBe('failed')
  expect(links).toEqual([])
  expect(paper.width).toBe(0)
})

test('without network, and with nothing on this phone, there is no copy', async () => {
  await phoneOf()
  vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('offline')))
  expect(await exportPhoto(about({ stored_at: 5 }))).toBe('away')
})

test('a phone shares the file; who takes it back has nothing among the downloads', async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: true }))
  const share = vi.fn().mockResolvedValueOnce(undefined)
  vi.stubGlobal('navigator', { canShare: () => true, share })
  expect(await exportPhoto(about())).toBe('shared')
  share.mockRejectedValueOnce(new DOMException('', 'AbortError'))
  expect(await exportPhoto(about())).toBe('cancelled')
  expect(links).toEqual([])
  share.mockRejectedValueOnce(new DOMException('', 'NotAllowedError'))
  expect(await exportPhoto(about())).toBe('saved')
})

test('a picture of 12 megapixels is held as it is, a larger one smaller', () => {
  expect(held(4000, 3000)).toEqual([4000, 3000])
  const [width, height] = held(8000, 6000)
  expect(width * height).toBeLessThanOrEqual(12_600_000)
  expect(width / height).toBeCloseTo(4 / 3, 2)
})

test('no sign of a name breaks the name of the file', () => {
  expect(fileName({ ...about({ check: 'A/b: c' }), branch: undefined })).toBe('A_b_c-20260312-101436.jpg')
})
