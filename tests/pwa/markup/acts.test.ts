import { beforeEach, expect, test } from 'vitest'
import type { Mark } from '../../../pwa/src/contract/records.ts'
import { overlay, rowKey, rowOf } from '../../../pwa/src/core/overlay.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { setMarkup } from '../../../pwa/src/markup/acts.ts'
import { MOST_MARKS } from '../../../pwa/src/markup/geometry.ts'
import { phoneOf, rowFrom } from '../phone.ts'

const WORK = { id: 'i' }
const circle: Mark = { shape: 'circle', box: [0, 0, 500, 500] }
const note: Mark = { shape: 'text', box: [1, 1, 2, 2], text: '台面裂' }

let store: Store

beforeEach(async () => {
  store = await phoneOf()
})

const changes = () => store.outbox.changes.toArray()
const last = async () => (await changes()).at(-1)?.set?.['markup']?.[0]

/** The photo's marks as they are shown, the server having told none. */
async function shown() {
  const confirmed = new Map([[rowKey('photo', 'p'), rowFrom('photo', 'p', 1)]])
  const rows = overlay(confirmed, await changes(), { person: store.person, device: 17 })
  return rowOf(rows, 'photo', 'p')?.markup
}

test('marks are an edit of the photo, kept under the work it belongs to and shown at once', async () => {
  await setMarkup(WORK, 'p', [circle, note])
  expect(await changes()).toMatchObject([{ type: 'photo', id: 'p', root: 'i' }])
  expect(await last()).toEqual([circle, note])
  expect(await shown()).toEqual([circle, note])
})

test('no marks are none, not an empty list', async () => {
  await setMarkup(WORK, 'p', [circle])
  await setMarkup(WORK, 'p', [])
  expect(await last()).toBeNull()
  expect(await shown()).toBeNull()
})

test('the same marks again are no change', async () => {
  await setMarkup(WORK, 'p', [])
  expect(await changes()).toEqual([])
  await setMarkup(WORK, 'p', [circle])
  const before = await changes()
  await setMarkup(WORK, 'p', [{ ...circle, text: null }])
  expect(await changes()).toEqual(before)
})

test('nothing goes out that the server would refuse', async () => {
  await setMarkup(WORK, 'p', [
    { ...note, text: '长'.repeat(70) },
    { ...circle, text: 'x' },
  ])
  expect(await last()).toEqual([{ ...note, text: '长'.repeat(60) }, circle])
  const many = Array.from({ length: MOST_MARKS + 1 }, () => circle)
  await expect(setMarkup(WORK, 'p', many)).rejects.toThrow('too many marks')
  expect(await shown()).toHaveLength(2)
})
