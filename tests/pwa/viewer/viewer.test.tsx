import { act } from 'preact/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Photo } from '../../../pwa/src/contract/records.ts'
import type { Row } from '../../../pwa/src/core/rows.ts'
import { store } from '../../../pwa/src/database/open.ts'
import { getInspection } from '../../../pwa/src/inspections/queries.ts'
import { CheckViewer } from '../../../pwa/src/photos/CheckViewer.tsx'
import { coveredPart, photoUrl } from '../../../pwa/src/photos/queries.ts'
import { Viewer as Shown } from '../../../pwa/src/photos/Shots.tsx'
import { Ask } from '../../../pwa/src/viewer/Ask.tsx'
import { albumOf, placeOf } from '../../../pwa/src/viewer/album.ts'
import { Compare } from '../../../pwa/src/viewer/Compare.tsx'
import { Draw } from '../../../pwa/src/viewer/Draw.tsx'
import { Picture } from '../../../pwa/src/viewer/Picture.tsx'
import { pastPhotos } from '../../../pwa/src/viewer/past.ts'
import { cutAfter, cutUnder } from '../../../pwa/src/viewer/useCut.ts'
import { Viewer } from '../../../pwa/src/viewer/Viewer.tsx'
import { ANN, AT, BOB, FINDING, INSPECTION, parted, told } from '../conflicts/told.ts'
import { Office, Seen } from '../desk/office.ts'
import { phoneOf, rowFrom } from '../phone.ts'

let seen: Seen

beforeEach(() => {
  new Office().open()
  seen = new Seen()
})

afterEach(() => {
  seen.clear()
})

const ROLES = ['everyone', 'unit:u:supervisor', 'unit:u:staff']

const photo = (id: string, values: Partial<Row<'photo'>> = {}): Row<'photo'> =>
  rowFrom('photo', id, 30, {
    of: { type: 'finding', id: FINDING },
    check: 'ETI-4.a',
    author: BOB,
    taken_at: AT,
    width: 1600,
    height: 1200,
    sha256: 'a'.repeat(64),
    ...values,
  })

/** What a phone shows of an inspection with these photos: that of a supervisor, or of one who took part. */
async function viewOf(photos: Row<'photo'>[], as: 'supervisor' | 'lead' = 'supervisor') {
  const here = await phoneOf()
  await parted(here, as === 'lead' ? here.person : ANN, ['ETI-4.a'], 'submitted')
  await told(here, { photo: photos })
  if (as === 'supervisor') await here.cache.state.update('sync', { audiences: ROLES })
  const view = await getInspection(INSPECTION)
  if (!view) throw new Error('no inspection')
  return view
}

describe('an album', () => {
  test('goes by the checks of the item in the order of the standard, those of no check last', async () => {
    const view = await viewOf([
      photo('p1', { check: 'ETI-4.c' }),
      photo('p2', { check: null }),
      photo('p3', { taken_at: AT + 1 }),
      photo('p4', { taken_at: AT - 1 }),
      photo('gone', { retracted: { by: BOB, at: AT } }),
    ])
    const album = albumOf(view, 'ETI-4')
    expect(album.map(({ photos }) => photos.map((one) => one.photo.id))).toEqual([['p4', 'p3'], ['p1'], ['p2']])
    expect(placeOf(album, 'p3')).toMatchObject({ n: 2, previous: 'p4', next: 'p1' })
    expect(placeOf(album, 'gone')).toBeUndefined()
  })

  test('of an earlier inspection here holds the photos of the same check', async () => {
    const view = await viewOf([photo('now')])
    const before = '018f4d1e-7c00-7000-8000-000000000002'
    const finding = `${FINDING.slice(0, -1)}0`
    const past = view.inspection
    await told(store(), {
      inspection: [{ ...past, id: before, started_at: AT - 9e8, status: 'approved', rev: 40 }],
      finding: [rowFrom('finding', finding, 41, { inspection: before, item: 'ETI-4' })],
      photo: [
        { ...photo('then'), of: { type: 'finding', id: finding } },
        { ...photo('other', { check: 'ETI-4.c' }), of: { type: 'finding', id: finding } },
      ],
    })
    const leaves = await pastPhotos(view, 'ETI-4', 'ETI-4.a')
    expect(leaves.flatMap(({ photos }) => photos.map((one) => one.photo.id))).toEqual(['then'])
  })
})

const HERE = { preview_at: AT, stored_at: AT }

const press = (key: string, on: EventTarget = document.body) =>
  act(() => {
    on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  })

describe('the viewer', () => {
  const moves: string[] = []
  let closed = 0

  async function open(id = 'p1') {
    moves.length = 0
    closed = 0
    const view = await viewOf([photo('p1', HERE), photo('p2', { taken_at: AT + 60_000, ...HERE })])
    const album = albumOf(view, 'ETI-4')
    seen.draw(
      <Viewer
        album={album}
        id={id}
        view={view}
        onMove={(to) => moves.push(to)}
        onClose={() => {
          closed += 1
        }}
      />,
    )
  }

  test('says what is shown, and which of how many', async () => {
    await open('p2')
    expect(seen.all('dialog')[0]?.getAttribute('aria-label')).toBe('使用普通话')
    expect(seen.text).toContain('第 2 张，共 2 张')
  })

  test('goes on by button and by keys, and no further than the last', async () => {
    await open()
    expect(seen.all('[aria-label="上一张"]')).toHaveLength(0)
    press('ArrowRight')
    press('PageDown')
    press('ArrowLeft')
    act(() => seen.all('[aria-label="下一张"]')[0]?.click())
    expect(moves).toEqual(['p2', 'p2', 'p2'])
  })

  test('keeps the arrows for the picture while it is enlarged', async () => {
    await open()
    press('+')
    press('ArrowRight')
    expect(moves).toEqual([])
    press('0')
    press('ArrowRight')
    expect(moves).toEqual(['p2'])
  })

  test('ends an enlarged picture at the fitted one, and then offers no way to shrink it', async () => {
    await open()
    const off = () => seen.all('[aria-label="缩小"]')[0]?.getAttribute('aria-disabled')
    expect(off()).toBe('true')
    act(() => seen.all('[aria-label="放大"]')[0]?.click())
    expect(off()).toBe('false')
    press('-')
    expect(off()).toBe('true')
  })

  test('is left by its cross, and by Escape', async () => {
    await open()
    act(() => seen.all('[aria-label="关闭"]')[0]?.click())
    expect(closed).toBe(1)
    act(() => {
      seen.all('dialog')[0]?.dispatchEvent(new Event('cancel', { cancelable: true }))
    })
    expect(closed).toBe(2)
  })

  test('offers no tools for a picture where there is none', async () => {
    const view = await viewOf([photo('p1')])
    const album = albumOf(view, 'ETI-4')
    seen.draw(<Viewer album={album} id="p1" view={view} onMove={() => undefined} onClose={() => undefined} />)
    expect(seen.text).toContain('这张还没传到，只有记录')
    expect(seen.has('拍摄信息')).toBe(true)
    for (const words of ['对比', '水印', '导出', '画标注']) expect(seen.has(words)).toBe(false)
    expect(seen.all('[aria-label="放大"]')).toHaveLength(0)
  })

  test('covers what is covered until it is asked for by who may, and again with the next photo', async () => {
    const markup = [{ shape: 'blur' as const, box: [1, 1, 5000, 5000] as [number, number, number, number] }]
    const view = await viewOf([photo('p1', { ...HERE, markup }), photo('p2', { ...HERE, markup, taken_at: AT + 1 })])
    const draw = (id: string) =>
      seen.draw(
        <Viewer
          album={albumOf(view, 'ETI-4')}
          id={id}
          view={view}
          onMove={() => undefined}
          onClose={() => undefined}
        />,
      )
    draw('p1')
    const switched = () => seen.all('.vw-cov')[0]?.getAttribute('aria-pressed')
    expect(switched()).toBe('false')
    seen.tap(/^已遮盖 1 处/)
    expect(switched()).toBe('true')
    draw('p2')
    expect(switched()).toBe('false')
  })

  test('only says that something is covered to who may not look under it', async () => {
    const markup = [{ shape: 'blur' as const, box: [1, 1, 5000, 5000] as [number, number, number, number] }]
    const view = await viewOf([photo('p1', { ...HERE, markup })], 'lead')
    const album = albumOf(view, 'ETI-4')
    seen.draw(<Viewer album={album} id="p1" view={view} onMove={() => undefined} onClose={() => undefined} />)
    expect(seen.text).toContain('已遮盖 1 处')
    expect(seen.has(/^已遮盖/)).toBe(false)
  })

  test('compares with another photo of the item, and Escape only ends that', async () => {
    await open()
    seen.tap('对比')
    await seen.until(() => seen.all('.cmp-pick').length === 1)
    act(() => seen.all('.cmp-pick')[0]?.click())
    expect(seen.all('[role="slider"]')).toHaveLength(1)
    act(() => {
      seen.all('dialog')[0]?.dispatchEvent(new Event('cancel', { cancelable: true }))
    })
    expect(seen.all('[role="slider"]')).toHaveLength(0)
    expect(closed).toBe(0)
  })
})

test('opened with a comparison, the back key ends that before the viewer', async () => {
  const view = await viewOf([photo('p1', HERE), photo('p2', { taken_at: AT + 1, ...HERE })])
  const told: string[] = []
  const other = view.photos[1]
  seen.draw(
    <Viewer
      album={albumOf(view, 'ETI-4')}
      id="p1"
      view={view}
      against={other}
      onMove={() => undefined}
      onClose={() => told.push('closed')}
    />,
  )
  await seen.until(() => seen.all('[role="slider"]').length === 1)
  act(() => history.back())
  await seen.until(() => seen.all('[role="slider"]').length === 0)
  expect(told).toEqual([])
})

describe('the line between two photos', () => {
  test('follows the keys of a slider, and stops at the edges', () => {
    expect(cutAfter(50, 'ArrowLeft')).toBe(48)
    expect(cutAfter(50, 'ArrowRight')).toBe(52)
    expect(cutAfter(50, 'PageUp')).toBe(60)
    expect(cutAfter(50, 'Home')).toBe(0)
    expect(cutAfter(99, 'End')).toBe(100)
    expect(cutAfter(1, 'ArrowDown')).toBe(0)
    expect(cutAfter(50, 'a')).toBeNull()
  })

  test('lies under the finger', () => {
    expect(cutUnder(130, { left: 30, width: 400 })).toBe(25)
    expect(cutUnder(-20, { left: 30, width: 400 })).toBe(0)
    expect(cutUnder(900, { left: 30, width: 400 })).toBe(100)
  })

  test('tells in words how much of each is seen, the older one on the left', async () => {
    const view = await viewOf([photo('p1'), photo('p2', { taken_at: AT + 86_400_000 })])
    const [older, newer] = view.photos
    if (!older || !newer) throw new Error('two photos')
    seen.draw(<Compare pair={[newer, older]} what="仪容" over={() => null} onClose={() => undefined} />)
    const handle = seen.all('[role="slider"]')[0]
    expect(handle?.getAttribute('aria-valuenow')).toBe('50')
    if (handle) press('ArrowLeft', handle)
    expect(handle?.getAttribute('aria-valuenow')).toBe('48')
    const said = handle?.getAttribute('aria-valuetext') ?? ''
    expect(said.indexOf('3月12日')).toBeGreaterThan(-1)
    expect(said.indexOf('3月12日')).toBeLessThan(said.indexOf('48%'))
    expect(said.indexOf('3月13日')).toBeGreaterThan(said.indexOf('48%'))
  })
})

describe('a picture that cannot be fetched', () => {
  const layers = () => seen.all('.pic-l') as HTMLImageElement[]
  const said = () => seen.all('.pic-miss')[0]?.textContent ?? ''
  const tell = (at: number, what: 'load' | 'error') =>
    act(() => {
      layers()[at]?.dispatchEvent(new Event(what))
    })

  async function shown() {
    const view = await viewOf([photo('p1', HERE)])
    const one = view.photos[0]
    if (one) seen.draw(<Picture shown={one} what="仪容" />)
    await seen.until(() => layers().length === 2)
  }

  test('is said to be only a preview, and asked for again on a tap', async () => {
    await shown()
    tell(0, 'load')
    expect(said()).toBe('')
    tell(1, 'error')
    expect(said()).toContain('原图这会儿取不到，先看预览')
    expect(layers().map(({ alt }) => alt)).toEqual(['仪容', ''])
    const failed = layers()[1]
    seen.tap('再试')
    expect(layers()[1]).not.toBe(failed)
    // it says so until the picture is drawn: nothing comes and goes meanwhile
    expect(said()).toContain('先看预览')
    tell(1, 'load')
    expect(said()).toBe('')
    expect(layers().map(({ alt }) => alt)).toEqual(['', '仪容'])
  })

  test('is fetched anew by itself when the network is back', async () => {
    await shown()
    tell(0, 'error')
    tell(1, 'error')
    expect(said()).toContain('连不上服务器')
    const failed = layers()
    act(() => {
      dispatchEvent(new Event('online'))
    })
    expect(layers().some((one) => failed.includes(one))).toBe(false)
    tell(1, 'load')
    expect(said()).toBe('')
  })
})

test('marks that are being drawn outlive a moment without an address', async () => {
  const view = await viewOf([photo('p1', HERE)])
  const place = placeOf(albumOf(view, 'ETI-4'), 'p1')
  if (!place) throw new Error('no photo')
  const draw = (preview_at: number) => {
    const { shown } = place
    const now = { ...place, shown: { ...shown, photo: { ...shown.photo, preview_at } } }
    seen.draw(<Draw place={now} view={view} onMark={undefined} onClose={() => undefined} />)
  }
  draw(AT)
  await seen.until(() => seen.all('dialog.mk').length === 1)
  const editor = seen.all('dialog.mk')[0]
  draw(AT + 1)
  expect(seen.all('dialog.mk')).toEqual([editor])
})

describe('a full phone', () => {
  const fill = () => {
    const full = Object.assign(new Error('full'), { name: 'QuotaExceededError' })
    vi.spyOn(store().outbox.changes, 'bulkAdd').mockImplementation((() => Promise.reject(full)) as never)
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  }
  const alarm = () =>
    seen
      .all('[role=alert]')
      .map((one) => one.textContent)
      .join('')

  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('says in the viewer that asking was not kept', async () => {
    const view = await viewOf([photo('p1', { preview_at: AT })])
    fill()
    const [album, on] = [albumOf(view, 'ETI-4'), () => undefined]
    seen.draw(<Viewer album={album} id="p1" view={view} onMove={on} onClose={on} />)
    seen.tap('要原图')
    await seen.until(() => alarm().includes('手机存满了，刚才这一下没存上'))
    expect(seen.has('要原图')).toBe(true)
  })

  test('says so of a photo that was to be taken back, and keeps the question with its reason', async () => {
    const view = await viewOf([photo('p1', { ...HERE, author: BOB })], 'lead')
    fill()
    const on = () => undefined
    const free = { ...view, refusal: () => null, findings: new Map([['ETI-4', { editable: true }]]) } as never
    seen.draw(<CheckViewer view={free} item="ETI-4" id="p1" onMove={on} onClose={on} />)
    seen.tap('撤下这张')
    seen.tap('拍糊了')
    seen.tap('撤下这张')
    await seen.until(() => alarm().includes('手机存满了，刚才这一下没存上'))
    expect(seen.has('拍糊了')).toBe(true)
  })

  test('says so of a photo of a visit', async () => {
    const view = await viewOf([photo('p1', HERE)])
    const full = Object.assign(new Error('full'), { name: 'StorageFull' })
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const retract = vi.fn(() => Promise.reject(full))
    const on = () => undefined
    seen.draw(<Shown photos={view.photos} at={0} what="门口" onMove={on} onClose={on} onRetract={retract} />)
    seen.tap('撤下这张')
    await seen.until(() => alarm().includes('手机存满了，刚才这一下没存上'))
    expect(retract).toHaveBeenCalledWith('p1')
  })
})

describe('asking for an original', () => {
  async function asked(values: Partial<Row<'photo'>>) {
    const view = await viewOf([photo('p1', values)])
    const one = view.photos[0]
    if (one) seen.draw(<Ask view={view} photo={one.photo} />)
  }

  test('is offered to a supervisor while it has not come', async () => {
    await asked({ preview_at: AT })
    expect(seen.has('要原图')).toBe(true)
  })

  test('is not offered for one that came, was waived, or taken back', async () => {
    const by = { by: ANN, at: AT, reason: 'x' }
    for (const values of [{ stored_at: AT }, { waived: by }, { retracted: by }, { erased_at: AT }]) {
      await asked(values)
      expect(seen.has('要原图')).toBe(false)
      seen.clear()
    }
  })

  test('is not offered to who took part', async () => {
    const view = await viewOf([photo('p1', { preview_at: AT })], 'lead')
    const one = view.photos[0]
    if (one) seen.draw(<Ask view={view} photo={one.photo} />)
    expect(seen.has('要原图')).toBe(false)
  })

  test('leaves a change for the server, and says since when it is waited for', async () => {
    await asked({ preview_at: AT })
    seen.tap('要原图')
    const changes = async () => (await store().outbox.changes.toArray()).map(({ type, id, act }) => [type, id, act])
    await expect.poll(changes).toEqual([['photo', 'p1', 'ask']])
    const view = await getInspection(INSPECTION)
    const one = view?.photos[0]
    if (view && one) seen.draw(<Ask view={view} photo={one.photo} />)
    expect(seen.text).toContain('已要原图 · 今天')
    expect(seen.has('要原图')).toBe(false)
  })
})

describe('the address of a covered photo', () => {
  const blur = (x: number) => ({ shape: 'blur' as const, box: [x, 0, 9000, 9000] as [number, number, number, number] })
  const circle = { shape: 'circle' as const, box: [0, 0, 1, 1] as [number, number, number, number] }
  const part = (markup: Photo['markup']) => coveredPart({ markup })

  test('changes with what is covered, and with nothing else', () => {
    expect(part(null)).toBe('')
    expect(part([circle])).toBe('')
    expect(part([blur(1)])).toMatch(/^&covered=[0-9a-f]{8}$/)
    expect(part([blur(1)])).toBe(part([circle, blur(1)]))
    expect(part([blur(1)])).not.toBe(part([blur(2)]))
    expect(part([blur(1), blur(2)])).not.toBe(part([blur(1)]))
  })

  test('is used for what the server holds, in both sizes; a row of an older server has none', async () => {
    await phoneOf()
    const covered = photo('p1', { markup: [blur(1)], preview_at: 1, stored_at: 2 })
    expect(await photoUrl(covered, 'full')).toBe(`/api/photos/p1?size=full${part([blur(1)])}`)
    expect(await photoUrl({ ...covered, stored_at: null }, 'full')).toBe(
      `/api/photos/p1?size=preview${part([blur(1)])}`,
    )
    const { markup: _none, ...older } = covered
    expect(await photoUrl(older as Row<'photo'>, 'preview')).toBe('/api/photos/p1?size=preview')
  })

  test('is not asked for where the bytes are on this phone', async () => {
    const { outbox } = await phoneOf()
    await outbox.photo_bytes.put({ id: 'mine', size: 'full', data: new ArrayBuffer(4) })
    expect(await photoUrl(photo('mine', { markup: [blur(1)], stored_at: 2 }), 'full')).toMatch(/^blob:/)
  })
})
