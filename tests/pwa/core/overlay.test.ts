import { expect, test } from 'vitest'
import type { OwnChange } from '../../../pwa/src/core/change.ts'
import { findingId } from '../../../pwa/src/core/ids.ts'
import { allHeads, basesOf, overlay, type RowSet, rowKey, rowOf } from '../../../pwa/src/core/overlay.ts'
import type { AnyRow } from '../../../pwa/src/core/rows.ts'
import { rowFrom } from '../phone.ts'

const ME = { person: 'me', device: 17 }
const INSPECTION = '018f4d1e-7c00-7000-8000-000000000001'
const FINDING = findingId(INSPECTION, 'ETI-4')
const PASS = { result: 'pass' as const }
const FAIL = { result: 'fail' as const, count: 2 }

const setOf = (...rows: [string, AnyRow][]): RowSet => new Map(rows.map(([type, row]) => [rowKey(type, row.id), row]))
const edit = (n: number, type: string, id: string, set: Record<string, unknown[]>): OwnChange => {
  return { n, at: n, type, id, root: INSPECTION, set }
}
const act = (n: number, type: string, id: string, verb: string, args = {}): OwnChange => {
  return { n, at: n, type, id, root: INSPECTION, act: verb, with: args }
}
const finding = (values = {}) => rowFrom('finding', FINDING, 5, { inspection: INSPECTION, item: 'ETI-4', ...values })

test('an own edit stands above the confirmed value, and is the base of the next', () => {
  const confirmed = setOf(['finding', finding({ checks: { 'ETI-4.a': PASS }, by: { 'checks.ETI-4.a': [[9, 3]] } })])
  expect(basesOf(rowOf(confirmed, 'finding', FINDING), 'checks.ETI-4.a', [], ME)).toEqual([[9, 3]])
  const own = [edit(41, 'finding', FINDING, { 'checks.ETI-4.a': [FAIL, [9, 3]] })]
  const shown = overlay(confirmed, own, ME)
  const row = rowOf(shown, 'finding', FINDING)
  expect(row?.checks['ETI-4.a']).toEqual(FAIL)
  expect(row?.by['checks.ETI-4.a']).toEqual([[17, 41]])
  expect(basesOf(row, 'checks.ETI-4.a', own, ME)).toEqual([
    [17, 41],
    [9, 3],
  ])
  expect(rowOf(confirmed, 'finding', FINDING)?.checks['ETI-4.a']).toEqual(PASS)
})

test('an edit over waiting ones names all that they had seen, but never more than the server takes', () => {
  const path = 'notes.me'
  const waiting = Array.from({ length: 300 }, (_, index) => index + 1)
  const confirmed = setOf(['finding', finding({ notes: { me: 'old' }, by: { [path]: [[9, 3]] } })])
  const upTo = (last: number) => {
    const bases = (n: number) => [...waiting.slice(0, n - 1).reverse(), 0].map((own) => (own ? [17, own] : [9, 3]))
    const changes = waiting.slice(0, last).map((n) => edit(n, 'finding', FINDING, { [path]: [`${n}`, ...bases(n)] }))
    return basesOf(rowOf(overlay(confirmed, changes, ME), 'finding', FINDING), path, changes, ME)
  }
  expect(upTo(2)).toEqual([
    [17, 2],
    [17, 1],
    [9, 3],
  ])
  expect(upTo(300)[0]).toEqual([17, 300])
  expect(upTo(300).length).toBeLessThan(200)
})

test('an edit names the author’s own last word too, though another’s is shown', () => {
  const path = 'checks.ETI-4.a'
  const row = finding({ checks: { 'ETI-4.a': PASS }, by: { [path]: [[9, 3]] } })
  const own = [
    { ...edit(40, 'finding', FINDING, { [path]: [FAIL] }), device: 12 },
    { ...edit(7, 'finding', FINDING, { [path]: [FAIL, [12, 40], [8, 1]] }), device: 17 },
    edit(8, 'finding', FINDING, { 'notes.me': ['beside it'] }),
  ]
  expect(basesOf(row, path, own, ME)).toEqual([
    [9, 3],
    [17, 7],
    [12, 40],
    [8, 1],
  ])
})

test('the edit with the larger number stands, in whatever order they are read', () => {
  const changes = [
    edit(43, 'finding', FINDING, { 'notes.me': ['late'] }),
    edit(42, 'finding', FINDING, { 'notes.me': ['early'] }),
  ]
  expect(rowOf(overlay(setOf(['finding', finding()]), changes, ME), 'finding', FINDING)?.notes['me']).toBe('late')
})

test('an answered change of an older device lies below a waiting one with a smaller number', () => {
  const answered = { ...edit(40, 'finding', FINDING, { 'notes.me': ['old'] }), device: 12 }
  const shown = overlay(
    setOf(['finding', finding()]),
    [edit(1, 'finding', FINDING, { 'notes.me': ['new'] }), answered],
    ME,
  )
  expect(rowOf(shown, 'finding', FINDING)?.notes['me']).toBe('new')
})

test('a record that is only here has its defaults and its author', () => {
  const set = { branch: ['b'], standard: ['s'], started_at: [1] }
  const shown = overlay(new Map(), [edit(1, 'inspection', INSPECTION, set)], ME)
  expect(rowOf(shown, 'inspection', INSPECTION)).toMatchObject({ status: 'draft', lead: 'me', branch: 'b', rev: 0 })
})

test('submitting locks every finding, also one that is only here', () => {
  const inspection = rowFrom('inspection', INSPECTION, 4, { lead: 'me' })
  const other = findingId(INSPECTION, 'ENV-0')
  const changes = [
    edit(1, 'finding', other, { inspection: [INSPECTION], item: ['ENV-0'] }),
    act(2, 'inspection', INSPECTION, 'submit', { shown: { total: 900, vetoes: [] } }),
  ]
  const shown = overlay(setOf(['inspection', inspection], ['finding', finding()]), changes, ME)
  expect(rowOf(shown, 'inspection', INSPECTION)).toMatchObject({ status: 'submitted', submitted_at: 2 })
  expect(rowOf(shown, 'finding', FINDING)?.status).toBe('locked')
  expect(rowOf(shown, 'finding', other)?.status).toBe('locked')
})

test('only returned items unlock, each with its reason', () => {
  const inspection = rowFrom('inspection', INSPECTION, 4, { status: 'submitted' })
  const other = rowFrom('finding', findingId(INSPECTION, 'ENV-0'), 5, { inspection: INSPECTION, item: 'ENV-0' })
  const changes = [act(2, 'inspection', INSPECTION, 'return_items', { items: { 'ETI-4': '看不清' } })]
  const shown = overlay(setOf(['inspection', inspection], ['finding', finding()], ['finding', other]), changes, ME)
  expect(rowOf(shown, 'inspection', INSPECTION)?.status).toBe('returned')
  expect(rowOf(shown, 'finding', FINDING)).toMatchObject({
    status: 'returned',
    returned: { reason: '看不清', by: 'me' },
  })
  expect(rowOf(shown, 'finding', other.id)?.status).toBe('locked')
})

const open = {
  'checks.ETI-4.a': [
    { value: PASS, by: [17, 41] as [number, number], person: 'me', at: 1 },
    { value: FAIL, by: [18, 7] as [number, number], person: 'you', at: 2 },
  ],
}

test('an edit that saw all values closes the conflict, one that saw its own does not', () => {
  const row = finding({ checks: { 'ETI-4.a': PASS }, by: { 'checks.ETI-4.a': [[17, 41]] }, open })
  expect(allHeads(row, 'checks.ETI-4.a', [], ME)).toEqual([
    [17, 41],
    [18, 7],
  ])
  const half = edit(50, 'finding', FINDING, { 'checks.ETI-4.a': [FAIL, [17, 41]] })
  const whole = edit(51, 'finding', FINDING, { 'checks.ETI-4.a': [FAIL, [17, 41], [18, 7]] })
  const after = (change: OwnChange) => rowOf(overlay(setOf(['finding', row]), [change], ME), 'finding', FINDING)?.open
  expect(after(half)).toHaveProperty(['checks.ETI-4.a'])
  expect(after(whole)).toEqual({})
})

test('a correction stands and closes the conflict', () => {
  const row = finding({ checks: { 'ETI-4.a': PASS }, open })
  const change = act(9, 'finding', FINDING, 'correct', { set: { 'ETI-4.a': FAIL }, reason: '照片' })
  const shown = rowOf(overlay(setOf(['finding', row]), [change], ME), 'finding', FINDING)
  expect(shown).toMatchObject({ checks: { 'ETI-4.a': FAIL }, open: {} })
})

test('who asked first for a picture is kept', () => {
  const first = { by: 'other', at: 3 }
  const mine = { by: 'me', at: 42 }
  const asked = (values: { asked?: typeof first | null }) => {
    const shown = overlay(setOf(['photo', rowFrom('photo', 'p', 5, values)]), [act(42, 'photo', 'p', 'ask')], ME)
    return rowOf(shown, 'photo', 'p')?.asked
  }
  expect(asked({ asked: first })).toEqual(first)
  expect(asked({ asked: null })).toEqual(mine)
  expect(asked({})).toEqual(mine)
})
