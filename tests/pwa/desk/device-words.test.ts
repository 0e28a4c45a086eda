import { expect, test } from 'vitest'
import { columnsOf } from '../../../pwa/src/desk/list.ts'
import { deviceList } from '../../../pwa/src/desk/lists.tsx'
import { waitingOrNot } from '../../../pwa/src/desk/words.ts'
import { device } from './rows.ts'

test('a device is only known to have sent all as of when it was last heard', () => {
  expect(waitingOrNot(device(31, { pending: { changes: 0, photos: 0, bytes: 0, oldest: null } }))).toBe(
    '上次联系时都发完了',
  )
  expect(waitingOrNot(device(31, { pending: { changes: 2, photos: 0, bytes: 0, oldest: 5 } }))).toContain('2')
  expect(waitingOrNot(device(31, { pending: { changes: 0, photos: 1, bytes: 9, oldest: 5 } }))).toBe('1 张照片')
  expect(waitingOrNot(device(31, { pending: null }))).toBe('')
})

test('with a device open beside the list the list leaves out what is said there, but not what it is sorted by', () => {
  const keys = (sort: string, beside: boolean) => columnsOf(deviceList(), sort, beside).map(({ key }) => key)
  expect(keys('-seen_at', false)).toContain('clock_offset')
  expect(keys('-seen_at', true)).not.toContain('clock_offset')
  expect(keys('-clock_offset', true)).toContain('clock_offset')
})
