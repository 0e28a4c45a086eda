import { expect, test } from 'vitest'
import { findingId } from '../../../pwa/src/core/ids.ts'
import { type RowSet, rowKey } from '../../../pwa/src/core/overlay.ts'
import { type AnyRow, blankRow, type Row } from '../../../pwa/src/core/rows.ts'
import { inspectionView } from '../../../pwa/src/inspections/view.ts'
import { mayMark, mayUncover } from '../../../pwa/src/markup/may.ts'
import { NO_WORK } from '../../../pwa/src/sync/whereabouts.ts'

const ID = '01900000-0000-7000-8000-000000000001'
type Status = Row<'inspection'>['status']

interface Story {
  person: string
  status: Status
  finding?: Row<'finding'>['status']
  supervises?: boolean
  photo?: Partial<Row<'photo'>>
}

function told({ person, status, finding = 'open', supervises = false, photo }: Story) {
  const inspection = { ...blankRow('inspection', ID), lead: 'lead', members: { member: true, left: false }, status }
  const id = findingId(ID, 'ENV-2')
  const row = { ...blankRow('finding', id), inspection: ID, item: 'ENV-2', status: finding }
  const shot = {
    ...blankRow('photo', 'p'),
    of: { type: 'finding' as const, id },
    author: 'member',
    taken_at: 1,
    ...photo,
  }
  const rows: RowSet = new Map<string, AnyRow>([
    [rowKey('inspection', ID), inspection],
    [rowKey('finding', id), row],
    [rowKey('photo', 'p'), shot],
  ])
  const over = (role: string) => supervises && role === 'supervisor'
  const view = inspectionView({
    inspection,
    rows,
    work: NO_WORK,
    seen: 1,
    edition: undefined,
    branch: undefined,
    person,
    over,
    name: (name) => name,
  })
  return { may: mayMark(view, shot), uncovers: mayUncover(view, shot, person) }
}

test('who works on the inspection draws while the item is open', () => {
  for (const person of ['lead', 'member']) {
    expect(told({ person, status: 'draft' }).may).toBe(true)
    expect(told({ person, status: 'submitted', finding: 'locked' }).may).toBe(false)
    expect(told({ person, status: 'returned', finding: 'returned' }).may).toBe(true)
    expect(told({ person, status: 'returned', finding: 'accepted' }).may).toBe(false)
    expect(told({ person, status: 'approved', finding: 'accepted' }).may).toBe(false)
  }
})

test('who left it or never took part does not', () => {
  for (const person of ['left', 'stranger']) expect(told({ person, status: 'draft' }).may).toBe(false)
  expect(told({ person: 'left', status: 'draft', photo: { author: 'left' } }).may).toBe(false)
})

test('a supervisor over the branch draws until it is decided, also one who took part', () => {
  for (const person of ['supervisor', 'lead']) {
    for (const status of ['draft', 'submitted', 'returned'] as const)
      expect(told({ person, status, finding: 'locked', supervises: true }).may).toBe(true)
    for (const status of ['approved', 'void'] as const)
      expect(told({ person, status, finding: 'locked', supervises: true }).may).toBe(false)
  }
})

test('nobody draws over a photo that was taken back or erased', () => {
  for (const photo of [{ retracted: { by: 'lead', at: 1 } }, { erased_at: 1 }])
    for (const supervises of [true, false])
      expect(told({ person: 'lead', status: 'draft', supervises, photo }).may).toBe(false)
})

test('covers are taken away by who took the photo and by supervisors alone', () => {
  expect(told({ person: 'member', status: 'draft' }).uncovers).toBe(true)
  expect(told({ person: 'lead', status: 'draft' }).uncovers).toBe(false)
  expect(told({ person: 'supervisor', status: 'submitted', supervises: true }).uncovers).toBe(true)
})
