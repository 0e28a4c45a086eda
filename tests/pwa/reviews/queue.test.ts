import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Edition } from '../../../pwa/src/contract/edition.ts'
import type { Answer } from '../../../pwa/src/contract/records.ts'
import { findingId } from '../../../pwa/src/core/ids.ts'
import { type RowSet, rowKey } from '../../../pwa/src/core/overlay.ts'
import { blankRow, type Row } from '../../../pwa/src/core/rows.ts'
import { compile } from '../../../pwa/src/core/standard.ts'
import { type InspectionView, inspectionView } from '../../../pwa/src/inspections/view.ts'
import { blocksOf } from '../../../pwa/src/reviews/blocks.ts'
import { missingPhotos, photosOf, queueOf } from '../../../pwa/src/reviews/queue.ts'
import { NO_WORK } from '../../../pwa/src/sync/whereabouts.ts'

const FILE = resolve(import.meta.dirname, '../../../sync/standards/model-window.json')
const content = JSON.parse(readFileSync(FILE, 'utf8')) as Edition
const compiled = compile(content)
const ID = '01900000-0000-7000-8000-000000000001'

interface Story {
  /** What was not simply passed. */
  answers?: Record<string, Answer>
  photos?: Partial<Row<'photo'>>[]
  open?: Row<'finding'>['open']
  lead?: string
}

/** A submitted inspection in which every on-site check was passed, but for what the story tells. */
function submitted({ answers = {}, photos = [], open, lead = 'inspector' }: Story = {}): InspectionView {
  const rows: RowSet = new Map()
  for (const item of compiled.items.values()) {
    if (!item.onsite) continue
    const id = findingId(ID, item.code)
    const checks = Object.fromEntries(item.checks.map((code) => [code, answers[code] ?? { result: 'pass' as const }]))
    const finding = { ...blankRow('finding', id), inspection: ID, item: item.code, checks, status: 'locked' as const }
    rows.set(rowKey('finding', id), item.code === 'ENV-2' && open ? { ...finding, open } : finding)
  }
  for (const [i, photo] of photos.entries()) {
    const of = { type: 'finding' as const, id: findingId(ID, 'ENV-2') }
    rows.set(rowKey('photo', `p${i}`), { ...blankRow('photo', `p${i}`), of, author: lead, taken_at: i, ...photo })
  }
  const inspection = { ...blankRow('inspection', ID), lead, status: 'submitted' as const }
  rows.set(rowKey('inspection', ID), inspection)
  return inspectionView({
    inspection,
    rows,
    work: NO_WORK,
    seen: 1,
    edition: { id: 's', row: blankRow('standard', 's'), content, compiled },
    branch: undefined,
    person: 'supervisor',
    over: (role) => role === 'supervisor',
    name: (person) => person,
  })
}

describe('the order in which a reviewer looks', () => {
  test('deductions, then what does not apply, then what is open, then passes at random', () => {
    const view = submitted({
      answers: { 'ETI-4.a': { result: 'fail' }, 'ENV-2.d': { result: 'na' }, 'FAC-1.a': { result: 'todo' } },
    })
    const queue = queueOf(view)
    expect(queue.slice(0, 3)).toEqual([
      { item: 'ETI-4', check: 'ETI-4.a', kind: 'fail' },
      { item: 'ENV-2', check: 'ENV-2.d', kind: 'na' },
      { item: 'FAC-1', check: 'FAC-1.a', kind: 'todo' },
    ])
    expect(queue.slice(3).every(({ kind }) => kind === 'pass')).toBe(true)
    expect(queue).toHaveLength(15)
  })

  test('the sample is the same on every desk', () => {
    expect(queueOf(submitted())).toEqual(queueOf(submitted()))
  })

  test('a pass whose photo has not come is always looked at', () => {
    const view = submitted({ photos: [{ check: 'ENV-2.c' }] })
    expect(queueOf(view).map(({ check }) => check)).toContain('ENV-2.c')
  })
})

describe('photos', () => {
  const view = submitted({
    photos: [
      { check: 'ENV-2.d' },
      { check: null },
      { check: 'ENV-2.a' },
      { check: 'ENV-2.d', retracted: { by: 'x', at: 1 } },
    ],
  })

  test('of a check are its own and those of its item, without those taken back', () => {
    const shown = photosOf(view, { item: 'ENV-2', check: 'ENV-2.d', kind: 'fail' })
    expect(shown.map(({ photo }) => photo.id)).toEqual(['p0', 'p1'])
  })

  test('are missing until they are stored or waived', () => {
    expect(missingPhotos(view)).toHaveLength(3)
    const come = submitted({ photos: [{ stored_at: 5 }, { waived: { by: 'x', at: 1, reason: 'r' } }] })
    expect(missingPhotos(come)).toEqual([])
  })
})

describe('what stands in the way of an approval', () => {
  const words = (view: InspectionView, returning = 0) => blocksOf(view, returning).map((block) => block.words)

  test('nothing, when all is answered and here', () => {
    expect(words(submitted())).toEqual([])
  })

  test('open checks, photos, and returns that were not sent', () => {
    const view = submitted({ answers: { 'FAC-1.a': { result: 'todo' } }, photos: [{ check: 'ENV-2.d' }] })
    expect(blocksOf(view, 1)).toEqual([
      { words: '照片未到 1', check: 'ENV-2.d' },
      { words: '没查 1 项', check: 'FAC-1.a' },
      { words: '先把退回的发出去' },
    ])
  })

  test('two opinions', () => {
    const value = (result: Answer['result'], n: number) => ({
      value: { result },
      by: [n, 1] as [number, number],
      person: `p${n}`,
      at: n,
    })
    const view = submitted({ open: { 'checks.ENV-2.d': [value('pass', 1), value('fail', 2)] } })
    expect(blocksOf(view, 0)).toEqual([{ words: '意见不一 1', check: 'ENV-2.d' }])
  })

  test('having taken part oneself', () => {
    expect(words(submitted({ lead: 'supervisor' }))).toEqual(['自己参与的检查要由别人审'])
  })
})
