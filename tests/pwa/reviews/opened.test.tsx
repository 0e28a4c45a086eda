import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { getInspection } from '../../../pwa/src/inspections/queries.ts'
import { Opened } from '../../../pwa/src/reviews/Opened.tsx'
import { wide } from '../../../pwa/src/shell/wide.ts'
import { INSPECTION, parted } from '../conflicts/told.ts'
import { Office, Seen } from '../desk/office.ts'
import { phoneOf } from '../phone.ts'

let seen: Seen

beforeEach(() => {
  new Office().open()
  seen = new Seen()
})

afterEach(() => {
  seen.clear()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test.each([true, false])('a phone opens at the picture, a desk at the row of the list: wide %s', async (isWide) => {
  wide.value = isWide
  const store = await phoneOf()
  await parted(store, store.person, ['ETI-4.a'], 'submitted')
  const view = await getInspection(INSPECTION)
  if (!view) throw new Error()
  const moved = vi.spyOn(Element.prototype, 'scrollIntoView')
  const begun = vi.spyOn(window, 'scrollTo')
  seen.draw(<Opened view={view} histories={new Map()} who={() => ''} lay={({ stage, queue }) => [stage, queue]} />)
  await seen.until(() => seen.all('.q.on').length === 1)
  expect(moved.mock.contexts).toEqual(isWide ? seen.all('.q.on') : [])
  expect(begun.mock.calls).toEqual(isWide ? [] : [[0, 0]])
})

test('what became of an item is a way only where this phone holds it', async () => {
  const store = await phoneOf()
  await parted(store, store.person, ['ETI-4.a'], 'submitted')
  const view = await getInspection(INSPECTION)
  if (!view) throw new Error()
  const talk = (
    <Opened view={view} histories={new Map()} who={() => ''} lay={(parts) => <div class="talk">{parts.talk}</div>} />
  )
  seen.draw(talk)
  await seen.until(() => seen.has('看经过'))
  seen.clear()
  await phoneOf()
  seen.draw(talk)
  await seen.until(() => seen.all('.talk textarea, .talk button').length > 0)
  expect(seen.has('看经过')).toBe(false)
})
