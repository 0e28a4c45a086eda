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
  photoWord: '看大图',
  barred: false,
  barredWord: '您判的，由别人选',
  ...more,
})

let root: HTMLElement
const cards = () => [...root.querySelectorAll<HTMLElement>('.side')]
const choices = () => [...root.querySelectorAll<HTMLInputElement>('input[type="radio"]')]

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
  expect(choices().map(({ checked }) => checked)).toEqual([false, false])
  expect(cards().map((card) => card.textContent)).toEqual([
    expect.stringContaining('选它，总分 87.5'),
    expect.stringContaining('选它，总分 88.5'),
  ])
})

test('one of them is chosen by a tap, as one of a group of native choices', () => {
  const onChoose = vi.fn()
  draw([opinion('a'), opinion('b')], 'a', onChoose)
  act(() => choices()[1]?.click())
  expect(onChoose.mock.calls).toEqual([['b']])
  expect(new Set(choices().map(({ name }) => name)).size).toBe(1)
  expect(cards()[0]?.textContent).toContain('已选，总分 88.5')
})

test('one’s own opinion is for somebody else to pick', () => {
  const onChoose = vi.fn()
  draw([opinion('a', { barred: true }), opinion('b')], null, onChoose)
  expect(choices()[0]?.getAttribute('aria-label')).toContain('您判的，由别人选')
  expect(choices()[0]?.getAttribute('aria-label')).not.toContain('选它')
  expect(choices()[0]?.disabled).toBe(true)
  act(() => choices()[0]?.click())
  expect(onChoose).not.toHaveBeenCalled()
  expect(cards()[0]?.textContent).toContain('由别人选')
})

test('the picture stands only where somebody took one, and a tap on it opens it and chooses nothing', () => {
  const onChoose = vi.fn()
  const onPhoto = vi.fn()
  draw([opinion('a'), opinion('b')], null)
  expect(root.querySelector('.side-ph')).toBeNull()
  draw([opinion('a', { photo: <img src="blob:1" alt="" />, onPhoto }), opinion('b')], null, onChoose)
  expect(root.querySelectorAll('.side-ph')).toHaveLength(2)
  act(() => root.querySelector<HTMLButtonElement>('button.side-ph')?.click())
  expect(onPhoto).toHaveBeenCalledOnce()
  expect(onChoose).not.toHaveBeenCalled()
})
