// @vitest-environment happy-dom
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Mark } from '../../../pwa/src/contract/records.ts'
import { Editor } from '../../../pwa/src/markup/Editor.tsx'
import { LONGEST_TEXT, MOST_MARKS } from '../../../pwa/src/markup/geometry.ts'
import { say } from '../../../pwa/src/markup/say.ts'
import { Seen } from '../desk/office.ts'

const circle: Mark = { shape: 'circle', box: [4000, 4000, 6000, 6000] }
const cover: Mark = { shape: 'blur', box: [1000, 1000, 2000, 2000] }

let seen: Seen
let saved: Mark[][]
let closed: number

beforeEach(() => {
  // a picture of 1600 × 1200 is 400 × 300 here, its corner at (14, 14)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(428)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(328)
  seen = new Seen()
  saved = []
  closed = 0
})

afterEach(() => {
  seen.clear()
  vi.restoreAllMocks()
})

interface Story {
  marks?: Mark[]
  mayUncover?: boolean
  save?: (marks: Mark[]) => Promise<void>
}

function open({ marks = [], mayUncover = true, save }: Story = {}): void {
  const keep = async (drawn: Mark[]) => {
    saved.push(drawn)
  }
  const size = { url: 'data:,', width: 1600, height: 1200 }
  seen.draw(<Editor {...size} {...{ marks, mayUncover }} onSave={save ?? keep} onClose={() => closed++} />)
}

function pointer(type: string, x: number, y: number, pointerId = 1): void {
  const [frame] = seen.all('.mk-frame')
  const init = { bubbles: true, button: 0, clientX: 14 + x, clientY: 14 + y, pointerId }
  act(() => {
    frame?.dispatchEvent(new PointerEvent(type, init))
  })
}

function stroke(...points: [number, number][]): void {
  const [first, ...rest] = points
  const end = points.at(-1)
  if (!first || !end) return
  pointer('pointerdown', ...first)
  for (const point of rest) pointer('pointermove', ...point)
  pointer('pointerup', ...end)
}

const listed = () => seen.all('.mk-list button').map((one) => one.getAttribute('aria-label'))

function key(index: number, name: string, more: KeyboardEventInit = {}): void {
  act(() => {
    const event = new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more })
    seen.all('.mk-list button')[index]?.dispatchEvent(event)
  })
}

async function saving(): Promise<Mark[]> {
  const before = saved.length
  seen.tap(say('save'))
  await seen.until(() => saved.length > before)
  return saved.at(-1) ?? []
}

test('a stroke draws with the tool that is taken, and is seen before it ends', async () => {
  open()
  pointer('pointerdown', 100, 75)
  pointer('pointermove', 200, 150)
  expect(seen.all('.marks ellipse').length).toBeGreaterThan(0)
  expect(listed()).toEqual([])
  pointer('pointerup', 200, 150)
  expect(listed()).toEqual(['圈 1，中间'])
  seen.tap(say('blur'))
  stroke([300, 225], [380, 285])
  expect(await saving()).toEqual([
    { shape: 'circle', box: [2500, 2500, 5000, 5000] },
    { shape: 'blur', box: [7500, 7500, 9500, 9500] },
  ])
  expect(closed).toBe(1)
})

test('whoever lays a cover sees what it will lie on, and that it is covered in the end', () => {
  open()
  seen.tap(say('blur'))
  pointer('pointerdown', 100, 75)
  pointer('pointermove', 200, 150)
  expect(seen.all('.marks > rect[stroke-dasharray]')).toHaveLength(1)
  pointer('pointerup', 200, 150)
  expect(seen.all('.marks > rect[stroke-dasharray]')).toHaveLength(0)
  expect(seen.all('.marks > rect')).toHaveLength(2)
})

test('a tap draws nothing: it selects', () => {
  open({ marks: [circle] })
  stroke([20, 20])
  expect(listed()).toHaveLength(1)
  expect(seen.all('.mk-handle')).toHaveLength(0)
  stroke([200, 150])
  expect(seen.all('.mk-handle')).toHaveLength(4)
})

test('a second finger ends the stroke and draws nothing, the picture is enlarged', () => {
  open()
  pointer('pointerdown', 150, 150)
  pointer('pointermove', 250, 150)
  pointer('pointerdown', 260, 150, 2)
  expect(seen.all('.marks ellipse')).toHaveLength(0)
  pointer('pointermove', 400, 150, 2)
  pointer('pointerup', 400, 150, 2)
  pointer('pointerup', 250, 150)
  expect(listed()).toEqual([])
  seen.tap(say('fitAgain'))
  expect(seen.has(say('fitAgain'))).toBe(false)
})

test('by keys alone a mark is put in the middle, moved, sized, deleted and brought back', async () => {
  open()
  seen.tap(say('inTheMiddle'))
  const [first] = await saving()
  key(0, 'ArrowLeft')
  key(0, 'ArrowLeft')
  key(0, 'ArrowDown', { shiftKey: true })
  const [x0, y0, x1, y1] = first?.box ?? [0, 0, 0, 0]
  expect((await saving())[0]?.box).toEqual([x0 - 200, y0, x1 - 200, y1 + 100])
  key(0, 'Delete')
  expect(listed()).toEqual([])
  act(() => {
    const event = new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true })
    seen.all('dialog')[0]?.dispatchEvent(event)
  })
  expect(listed()).toHaveLength(1)
})

test('words are asked for where they go, empty ones are not taken, and they can be changed', async () => {
  open()
  seen.tap(say('text'))
  stroke([40, 30])
  const label = say('textLabel', { n: LONGEST_TEXT })
  seen.send()
  expect(seen.fault(label)).toContain(say('textEmpty'))
  seen.write(label, ' 台面裂 ')
  seen.send()
  expect(await saving()).toMatchObject([
    {
      shape: 'text',
      text: '台面裂',
      box: [1000, 1000, {}, {}].map((n) => (typeof n === 'number' ? n : expect.any(Number))),
    },
  ])
  seen.tap(say('editText'))
  seen.write(label, '台面裂了')
  seen.send()
  expect(listed()).toEqual(['文字 1：台面裂了，左上'])
})

test('one mark too many is refused with a word', () => {
  open({ marks: Array.from({ length: MOST_MARKS }, () => circle) })
  seen.tap(say('inTheMiddle'))
  expect(listed()).toHaveLength(MOST_MARKS)
  expect(seen.text).toContain(say('full', { n: MOST_MARKS }))
})

test('who may not look under a cover cannot take it away or move it, but may add another', async () => {
  open({ marks: [cover], mayUncover: false })
  key(0, 'Delete')
  key(0, 'ArrowLeft')
  expect(seen.text).toContain(say('locked'))
  seen.tap(say('blur'))
  seen.tap(say('inTheMiddle'))
  key(1, 'Delete')
  seen.tap(say('inTheMiddle'))
  expect(await saving()).toMatchObject([cover, { shape: 'blur' }])
})

test('leaving asks while something is unsaved, and only then', async () => {
  open({ marks: [circle] })
  seen.tap(say('close'))
  expect(closed).toBe(1)
  seen.tap(say('inTheMiddle'))
  seen.tap(say('close'))
  expect(closed).toBe(1)
  expect(seen.text).toContain(say('leaveTitle'))
  seen.tap(say('leaveStay'))
  expect(listed()).toHaveLength(2)
  seen.tap(say('close'))
  seen.tap(say('leaveDrop'))
  expect(closed).toBe(2)
  expect(saved).toEqual([])
})

test('what could not be saved stays, and can be saved again', async () => {
  const fail = vi.fn<(marks: Mark[]) => Promise<void>>().mockRejectedValueOnce(new Error('full')).mockResolvedValue()
  open({ save: fail })
  seen.tap(say('inTheMiddle'))
  seen.tap(say('save'))
  await seen.until(() => seen.text.includes(say('saveFailed')))
  expect(closed).toBe(0)
  expect(listed()).toHaveLength(1)
  seen.tap(say('save'))
  await seen.until(() => closed === 1)
})

test('marks that others drew meanwhile are saved with one’s own', async () => {
  open({ marks: [circle] })
  seen.tap(say('blur'))
  seen.tap(say('inTheMiddle'))
  open({ marks: [circle, cover] })
  expect(await saving()).toMatchObject([circle, cover, { shape: 'blur' }])
})
