import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CheckRow, type CheckRowProps, checkMore } from '../../../pwa/src/ui/CheckRow.tsx'

const still: CheckRowProps = {
  text: '地面干净',
  result: 'todo',
  wantsPhoto: true,
  lost: 10,
  veto: false,
  times: 1,
  photos: 0,
  clash: false,
  locked: false,
  open: false,
  onJudge: () => undefined,
  onNotApplicable: () => {},
  onOpen: () => {},
}

let root: HTMLElement

function draw(props: Partial<CheckRowProps> = {}) {
  act(() => render(<CheckRow {...still} {...props} />, root))
}

const button = (name: string) =>
  [...root.querySelectorAll<HTMLButtonElement>('.judge button')].find((one) => one.textContent?.includes(name))

beforeEach(() => {
  root = document.createElement('ol')
  document.body.append(root)
})

afterEach(() => {
  render(null, root)
  root.remove()
})

describe('the judge', () => {
  test('is a group of two under the words of the check, nothing preselected', () => {
    draw()
    expect(root.querySelector('.judge')?.getAttribute('aria-label')).toBe('地面干净')
    expect(button('扣分')?.getAttribute('aria-pressed')).toBe('false')
    expect(button('合格')?.getAttribute('aria-pressed')).toBe('false')
  })

  test('passes and fails by one tap', () => {
    const onJudge = vi.fn()
    draw({ onJudge })
    act(() => button('合格')?.click())
    act(() => button('扣分')?.click())
    expect(onJudge.mock.calls).toEqual([['pass'], ['fail']])
  })

  test('shows what was answered', () => {
    draw({ result: 'fail' })
    expect(button('扣分')?.getAttribute('aria-pressed')).toBe('true')
    expect(root.querySelector('.check-s')?.textContent).toContain('扣 1.0 分')
  })

  test('is still while the item is locked', () => {
    const onJudge = vi.fn()
    draw({ locked: true, onJudge })
    act(() => button('合格')?.click())
    expect(onJudge).not.toHaveBeenCalled()
  })

  test('gives way to a button back when the check does not apply', () => {
    const onJudge = vi.fn()
    draw({ result: 'na', reason: '网点无邮资机', onJudge })
    expect(root.querySelector('.judge')).toBeNull()
    expect(root.textContent).toContain('不适用：网点无邮资机')
    act(() => root.querySelector<HTMLButtonElement>('.btn-undo')?.click())
    expect(onJudge).toHaveBeenCalledWith('todo')
  })
})

describe('an answer that is being written', () => {
  const marks = (name: string) => ['aria-pressed', 'aria-busy'].map((mark) => button(name)?.getAttribute(mark))
  /** The tasks of a tap are over, and no other has begun. */
  const tapped = async () => {
    for (let step = 0; step < 3; step++) await Promise.resolve()
  }

  test('stands on its button before the tap is over, and is pressed only when the row has it', async () => {
    let keep = () => {}
    const kept = new Promise<void>((resolve) => {
      keep = resolve
    })
    const onJudge = () => kept
    draw({ result: 'fail', onJudge })
    button('合格')?.click()
    await tapped()
    expect([marks('扣分'), marks('合格')]).toEqual([
      ['true', 'false'],
      ['false', 'true'],
    ])
    await act(async () => {
      keep()
      await kept
    })
    expect(marks('合格')).toEqual(['false', 'true'])
    draw({ result: 'pass', onJudge })
    expect([marks('扣分'), marks('合格')]).toEqual([
      ['false', 'false'],
      ['true', 'false'],
    ])
  })

  test('gives way to a change of mind, back to what the row still shows too', async () => {
    const onJudge = vi.fn(() => new Promise<void>(() => {}))
    draw({ result: 'pass', onJudge })
    for (const name of ['合格', '扣分', '扣分', '合格', '合格']) {
      button(name)?.click()
      await tapped()
    }
    expect(onJudge.mock.calls).toEqual([['fail'], ['pass']])
    expect([marks('扣分'), marks('合格')]).toEqual([
      ['false', 'false'],
      ['true', 'true'],
    ])
  })

  test('is gone when the disk would not take it, and whoever tells of that hears why', async () => {
    const told = vi.fn()
    process.on('unhandledRejection', told)
    const problem = new Error('no room')
    let fail = () => {}
    const failing = new Promise<void>((_, reject) => {
      fail = () => reject(problem)
    })
    draw({ onJudge: () => failing })
    button('合格')?.click()
    await tapped()
    expect(marks('合格')).toEqual(['false', 'true'])
    fail()
    await vi.waitFor(() => expect(told).toHaveBeenCalledWith(problem, expect.anything()))
    process.off('unhandledRejection', told)
    expect(marks('合格')).toEqual(['false', 'false'])
  })
})

describe('a swipe', () => {
  const stroke = (from: [number, number], to: [number, number]) => {
    const row = root.querySelector('.swipe-o')
    if (!row) throw new Error('no row')
    row.setPointerCapture = () => {}
    const at = (type: string, [clientX, clientY]: [number, number]) =>
      row.dispatchEvent(
        new PointerEvent(type, { clientX, clientY, pointerType: 'touch', isPrimary: true, bubbles: true }),
      )
    act(() => {
      at('pointerdown', from)
      at('pointermove', [from[0] + (to[0] - from[0]) / 2, from[1] + (to[1] - from[1]) / 2])
      at('pointermove', to)
      at('pointerup', to)
    })
    return row as HTMLElement
  }

  test('far to the right passes', () => {
    const onJudge = vi.fn()
    draw({ onJudge })
    stroke([20, 10], [150, 12])
    expect(onJudge).toHaveBeenCalledWith('pass')
  })

  test('to the left only uncovers', () => {
    const onJudge = vi.fn()
    draw({ onJudge })
    const row = stroke([200, 10], [60, 12])
    expect(onJudge).not.toHaveBeenCalled()
    expect(row.style.transform).toBe('translateX(-152px)')
  })

  test('up or down belongs to the page', () => {
    const onJudge = vi.fn()
    draw({ onJudge })
    const row = stroke([20, 10], [60, 200])
    expect(onJudge).not.toHaveBeenCalled()
    expect(row.style.transform).toBe('')
  })
})

describe('readers of the screen hear the whole sense', () => {
  const said = () => root.querySelector('.check-text')?.textContent ?? ''

  test('of a deduction with photos', () => {
    draw({ result: 'fail', photos: 2 })
    expect(said()).toMatch(/^地面干净扣 1\.0 分，2 张照片，/)
  })

  test('of a veto, which costs no points', () => {
    draw({ result: 'fail', veto: true, lost: 0 })
    expect(said()).toContain('否决')
  })

  test('of an open check', () => expect(checkMore(still)).toContain('还没判'))
  test('of a pass', () => expect(checkMore({ ...still, result: 'pass' })).toContain('合格'))
})
