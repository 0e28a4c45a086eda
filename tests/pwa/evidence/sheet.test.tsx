import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findingId } from '../../../pwa/src/core/ids.ts'
import type { Row } from '../../../pwa/src/core/rows.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { ProofScreen } from '../../../pwa/src/evidence/ProofScreen.tsx'
import { SheetPicture } from '../../../pwa/src/evidence/SheetPicture.tsx'
import { photosOn, sheetOf } from '../../../pwa/src/evidence/sheet.ts'
import { getInspection } from '../../../pwa/src/inspections/queries.ts'
import document from '../../../sync/standards/model-window.json'
import { ANN, FAIL, INSPECTION, inspection, PASS, parted, STANDARD, told } from '../conflicts/told.ts'
import { Office, Seen } from '../desk/office.ts'
import { phoneOf, rowFrom } from '../phone.ts'
import { AT, shot, TAKEN } from './shot.ts'

const OTHER = findingId(INSPECTION, 'ENV-2')

let photos = 0

const photo = (item: string, values: Partial<Row<'photo'>>): Row<'photo'> => {
  photos += 1
  return {
    ...shot({
      of: { type: 'finding', id: findingId(INSPECTION, item) },
      author: ANN,
      taken_at: TAKEN + photos,
      ...values,
    }),
    id: `00000000-0000-7000-8000-${String(photos).padStart(12, '0')}`,
  }
}

/** A phone that supervises nothing and leads a submitted inspection. */
async function led(): Promise<Store> {
  const store = await phoneOf()
  await parted(store, store.person, [], 'submitted')
  const edition = { code: 'model-window', edition: '2011', status: 'published' as const, document }
  await told(store, { standard: [rowFrom('standard', STANDARD, 20, edition)] })
  return store
}

/** An inspection with three photos of two items, and one that was taken back. */
async function photographed(): Promise<void> {
  const store = await led()
  await told(store, {
    inspection: [inspection({ lead: store.person, status: 'submitted', submitted_at: TAKEN })],
    finding: [
      rowFrom('finding', findingId(INSPECTION, 'ETI-4'), 20, {
        inspection: INSPECTION,
        item: 'ETI-4',
        checks: { 'ETI-4.a': PASS, 'ETI-4.c': FAIL },
      }),
      rowFrom('finding', OTHER, 20, {
        inspection: INSPECTION,
        item: 'ENV-2',
        checks: { 'ENV-2.d': FAIL, 'ENV-2.g': PASS },
        notes: { [ANN]: '门口地垫边有泥脚印' },
      }),
    ],
    photo: [
      photo('ETI-4', { check: 'ETI-4.a', stored_at: 5, position: AT }),
      photo('ENV-2', { check: null, stored_at: 5, hints: ['seen_before'] }),
      photo('ENV-2', { check: 'ENV-2.d', stored_at: 5 }),
      photo('ENV-2', { check: 'ENV-2.d', stored_at: 5, retracted: { by: ANN, at: 5 } }),
    ],
  })
}

let seen: Seen

beforeEach(() => {
  photos = 0
  new Office().open()
  seen = new Seen()
})

afterEach(() => {
  seen.clear()
  vi.unstubAllGlobals()
})

test('photos stand by item and check in the standard’s order, those of a whole item last, counted through', async () => {
  await photographed()
  const view = await getInspection(INSPECTION)
  if (!view) throw new Error()
  const items = sheetOf(view)
  expect(items.map(({ code, checks }) => [code, checks.map((check) => [check.code, check.photos.length])])).toEqual([
    ['ENV-2', [['ENV-2.d', 1], [null, 1]]], // biome-ignore format: one line
    ['ETI-4', [['ETI-4.a', 1], ['ETI-4.c', 0]]], // biome-ignore format: one line
  ])
  expect(photosOn(items).map(({ n }) => n)).toEqual([1, 2, 3])
  expect(items[0]?.notes).toEqual([{ author: ANN, text: '门口地垫边有泥脚印' }])
  expect(items[0]?.checks[0]?.words).toBe('扣 1.0 分')
})

test('nothing is printed before every picture is there, and then it is printed by itself', async () => {
  const print = vi.fn()
  vi.stubGlobal('print', print)
  await photographed()
  seen.draw(<ProofScreen id={INSPECTION} />)
  await seen.until(() => seen.all('.proof-pic img').length === 3)
  expect(seen.text).toContain('已载入照片 0/3')
  seen.tap('打印')
  await seen.until(() => seen.has('照片到齐就打印'))
  const [first, second, third] = seen.all('.proof-pic img')
  first?.dispatchEvent(new Event('load'))
  second?.dispatchEvent(new Event('load'))
  await seen.until(() => seen.text.includes('已载入照片 2/3'))
  expect(print).not.toHaveBeenCalled()
  third?.dispatchEvent(new Event('error'))
  await seen.until(() => print.mock.calls.length === 1)
  expect(seen.text).toContain('1 张没能载入')
  seen.tap('再试')
  await seen.until(() => seen.all('.proof-pic img').length === 3)
  seen.all('.proof-pic img')[2]?.dispatchEvent(new Event('load'))
  await seen.until(() => seen.text.includes('3 张照片都已载入'))
  expect(print).toHaveBeenCalledTimes(1)
})

test('the sheet tells whose it is, what speaks for each photo, and every fingerprint in full', async () => {
  await photographed()
  seen.draw(<ProofScreen id={INSPECTION} />)
  await seen.until(() => seen.all('.proof-pic img').length === 3)
  expect(seen.text).toContain('望江路支局')
  expect(seen.text).toContain('图 1 · 2026-03-12 10:14:36')
  expect(seen.text).toContain('请多看一眼 别处用过相同或很像的照片。')
  expect(seen.all('.proof-prints code').map((one) => one.textContent)).toEqual(Array(3).fill(shot().sha256))
  expect(seen.all('.proof-pic img').map((one) => one.getAttribute('src'))[0]).toContain('size=screen')
})

test('a cover that is laid while the sheet is open asks for the picture by another address', async () => {
  const row = photo('ENV-2', { stored_at: 5 })
  const blur = { shape: 'blur' as const, box: [0, 0, 5000, 5000] as [number, number, number, number] }
  await led()
  const draw = (markup: Row<'photo'>['markup']) =>
    seen.draw(<SheetPicture photo={{ ...row, markup }} what="门" onSettled={() => undefined} />)
  const address = () => seen.all('.proof-pic img')[0]?.getAttribute('src')
  draw(null)
  await seen.until(() => address() === `/api/photos/${row.id}?size=screen`)
  draw([blur])
  await seen.until(() => address()?.includes('&covered='))
})

test('an erased photo and one that has not come leave their records, and do not hold the paper up', async () => {
  const print = vi.fn()
  vi.stubGlobal('print', print)
  const store = await led()
  await told(store, {
    finding: [rowFrom('finding', OTHER, 20, { inspection: INSPECTION, item: 'ENV-2', checks: { 'ENV-2.d': FAIL } })],
    photo: [photo('ENV-2', { check: 'ENV-2.d', erased_at: 5, stored_at: 5 }), photo('ENV-2', { check: 'ENV-2.d' })],
  })
  seen.draw(<ProofScreen id={INSPECTION} />)
  await seen.until(() => seen.all('.proof-none').length === 2)
  expect(seen.text).toContain('照片已按要求删除，只留记录')
  expect(seen.text).toContain('照片还没到')
  seen.tap('打印')
  await seen.until(() => print.mock.calls.length === 1)
})
