/** The step in the history that a sheet takes for itself. */

import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { useStep } from '../../../pwa/src/ui/step.ts'

function Sheet({ onBack }: { onBack: () => void }) {
  useStep(onBack)
  return <p>open</p>
}

let place: HTMLElement | null = null

/** Opens a sheet, or closes the one that is open. */
async function show(onBack: (() => void) | null): Promise<void> {
  place ??= document.body.appendChild(document.createElement('main'))
  const root = place
  await act(() => render(onBack && <Sheet onBack={onBack} />, root))
}

const popped = () => new Promise((resolve) => addEventListener('popstate', resolve, { once: true }))

afterEach(async () => {
  vi.restoreAllMocks()
  if (!history.state?.sheet) return
  const back = popped()
  await show(null)
  await back
})

it('gives its step back when it closes', async () => {
  await show(() => undefined)
  expect(history.state).toEqual({ sheet: 1 })
  const back = popped()
  await show(null)
  await back
  expect(history.state?.sheet).toBeUndefined()
})

it('stays open although the step back of the one before comes late', async () => {
  await show(() => undefined)
  const asked = new Promise<void>((resolve) => {
    const back = history.back.bind(history)
    vi.spyOn(history, 'back').mockImplementationOnce(() => {
      resolve()
      setTimeout(back, 50) // a busy browser
    })
  })
  await show(null)
  await asked
  expect(history.state, 'the browser has not gone back yet').toEqual({ sheet: 1 })
  const onBack = vi.fn()
  const late = popped()
  await show(onBack)
  await late
  expect(onBack).not.toHaveBeenCalled()
  expect(history.state).toEqual({ sheet: 1 })
  const back = popped()
  history.back()
  await back
  expect(onBack, 'the back key closes it').toHaveBeenCalledOnce()
})
