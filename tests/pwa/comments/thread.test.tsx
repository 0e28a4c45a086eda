// @vitest-environment happy-dom
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { commentWithPhoto } from '../../../pwa/src/comments/acts.ts'
import { Thread } from '../../../pwa/src/comments/Thread.tsx'
import type { Add } from '../../../pwa/src/photos/adding.ts'
import { say } from '../../../pwa/src/visits/say.ts'
import { Seen } from '../desk/office.ts'
import { phoneOf } from '../phone.ts'

let add: Add
vi.mock('../../../pwa/src/photos/Shots.tsx', () => ({
  Shots: ({ onAdd }: { onAdd?: Add }) => {
    if (onAdd) add = onAdd
    return null
  },
}))
vi.mock('../../../pwa/src/comments/acts.ts', () => ({ comment: vi.fn(), commentWithPhoto: vi.fn() }))

const posted = vi.mocked(commentWithPhoto)
const words = () => posted.mock.calls.map(([, text]) => text)
const shot = () => add(new Blob(['x']), { source: 'camera' })
const field = () => seen.field(say('writeComment')).value
let seen: Seen

beforeEach(async () => {
  posted.mockReset()
  await phoneOf()
  seen = new Seen()
  seen.draw(<Thread of={{ type: 'visit', id: 'v1' }} root="v1" />)
  await seen.until(() => seen.all('textarea').length === 1)
  seen.write(say('writeComment'), '门牌坏了')
})

afterEach(() => seen.clear())

test('of quick photos the first alone takes the written words along', async () => {
  const kept: (() => void)[] = []
  posted.mockImplementation(() => new Promise((done) => kept.push(done)))
  await act(async () => {
    const both = [shot(), shot()]
    for (const done of kept) done()
    await Promise.all(both)
  })
  expect(words()).toEqual(['门牌坏了', say('seePhoto')])
  expect(field()).toBe('')
})

test('the words of a photo that could not be kept are there again, unless others were written since', async () => {
  posted.mockRejectedValue(new Error('full'))
  await act(() => expect(shot()).rejects.toThrow('full'))
  expect(field()).toBe('门牌坏了')
  await act(async () => {
    const late = shot()
    seen.write(say('writeComment'), '窗口也坏了')
    await expect(late).rejects.toThrow('full')
  })
  expect(field()).toBe('窗口也坏了')
})
