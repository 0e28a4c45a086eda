/** A photo of a finding, and what is told around it. */

import type { Row } from '../../../pwa/src/core/rows.ts'
import type { About } from '../../../pwa/src/evidence/Facts.tsx'
import { rowFrom } from '../phone.ts'

export const PHOTO = '00000000-0000-7000-8000-0000000000f1'
export const FINDING = '00000000-0000-7000-8000-0000000000f2'
export const BRANCH = '00000000-0000-7000-8000-0000000000b1'
export const PERSON = '00000000-0000-7000-8000-0000000000a1'

/** 10:14:36 of a day, wherever the tests run. */
export const TAKEN = new Date(2026, 2, 12, 10, 14, 36).getTime()
export const AT = { lat: 30, lon: 120, accuracy: 18, at: TAKEN - 8_000 }

export const branch: Row<'branch'> = rowFrom('branch', BRANCH, 1, {
  code: '440301',
  name: '青石桥支局',
  position: { lat: 30.000126, lon: 120, accuracy: 5, at: 0 },
})

export const shot = (values: Partial<Row<'photo'>> = {}): Row<'photo'> =>
  rowFrom('photo', PHOTO, 1, {
    of: { type: 'finding', id: FINDING },
    sha256: `3f9a71c0${'0'.repeat(52)}e21e`,
    preview_sha256: 'b'.repeat(64),
    bytes: 1000,
    width: 1600,
    height: 1200,
    taken_at: TAKEN,
    source: 'camera',
    check: 'ENV-2.g',
    position: AT,
    clock_offset: 0,
    author: PERSON,
    ...values,
  })

export const about = (values: Partial<Row<'photo'>> = {}): About => ({
  photo: shot(values),
  branch,
  who: (person) => (person === PERSON ? '检查员 A' : ''),
  what: '门窗、台席无张贴物',
})

/** As an older server sent it: without the fields it did not know. */
export function old(values: Partial<Row<'photo'>> = {}): Row<'photo'> {
  const { hints: _, proof: __, markup: ___, ...rest } = shot(values)
  return rest as Row<'photo'>
}
