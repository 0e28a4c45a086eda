import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ConflictCards, type Opinion } from '../../../pwa/src/ui/ConflictCards.tsx'

const opinion = (key: string, more: Partial<Opinion> = {}): Opinion => ({
  key,
  verdict: '合格',
  failed: false,
  who: '检查员甲',
  time: '10:31',
  note: null,
  photo: null,
  facts: null,
  total: '88.5',
  barred: false,
  ...more,
})

let root: HTMLElement
const cards = () => [...root.querySelectorAll<HTMLButtonElement>('[role="radio"]')]

function draw(opinions: Opinion[], chosen: string | null, onChoose: (key: string) => void = () => {}) {
  act(() => render(<ConflictCards opinions={opinions} chosen={chosen} onChoose={onChoose} />, root))
}

beforeEach(() => {
  root = document.createElement('div')
  document.body.append(root)
})

afterEach(() => {
  render(null, root)
  root.remove()
})

test('nothing is preselected, and every card says what it would make of the total', () => {
  draw([opinion('a', { total: '87.5' }), opinion('b')], null)
  expect(cards().map((card) => card.getAttribute('aria-checked'))).toEqual(['false', 'false'])
  expect(cards().map((card) => card.textContent)).toEqual([
    expect.stringContaining('选它，总分 87.5'),
    expect.stringContaining('选它，总分 88.5'),
  ])
})

test('one of them is chosen by a tap or by the arrow keys', () => {
  const onChoose = vi.fn()
  draw([opinion('a'), opinion('b')], 'a', onChoose)
  act(() => cards()[1]?.click())
  act(() => {
    cards()[0]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))
  })
  expect(onChoose.mock.calls).toEqual([['b'], ['b']])
})

test('one’s own opinion is for somebody else to pick', () => {
  const onChoose = vi.fn()
  draw([opinion('a', { barred: true }), opinion('b')], null, onChoose)
  act(() => cards()[0]?.click())
  expect(onChoose).not.toHaveBeenCalled()
  expect(cards()[0]?.textContent).toContain('由别人选')
})

test('the picture stands only where somebody took one', () => {
  draw([opinion('a'), opinion('b')], null)
  expect(root.querySelector('.side-ph')).toBeNull()
  draw([opinion('a', { photo: 'blob:1' }), opinion('b')], null)
  expect(root.querySelectorAll('.side-ph')).toHaveLength(2)
})
