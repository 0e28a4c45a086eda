import { expect, test } from 'vitest'
import { type Circumstances, refusalOf } from '../../../pwa/src/core/workflow.ts'
import { rowFrom } from '../phone.ts'

const inspection = rowFrom('inspection', 'i', 5, { lead: 'me', status: 'submitted', members: {} }) as NonNullable<
  Circumstances['inspection']
>
const own = (role: string): Circumstances => ({ person: 'me', over: (held) => held === role, inspection })

test('who took part judges nothing of it, but may ask for its pictures', () => {
  expect(refusalOf('inspection.approve', own('supervisor'))).toBe('self_review')
  expect(refusalOf('photo.waive', own('supervisor'))).toBe('self_review')
  expect(refusalOf('photo.ask', own('supervisor'))).toBeNull()
  expect(refusalOf('photo.ask', own('inspector'))).toBe('not_allowed')
})
