import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ConflictScreen } from '../../../pwa/src/conflicts/ConflictScreen.tsx'
import { ConflictsScreen } from '../../../pwa/src/conflicts/ConflictsScreen.tsx'
import { clockLines } from '../../../pwa/src/conflicts/clocks.ts'
import { PickOne } from '../../../pwa/src/conflicts/PickOne.tsx'
import { listConflicts } from '../../../pwa/src/conflicts/queries.ts'
import type { Step } from '../../../pwa/src/conflicts/steps.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { getInspection } from '../../../pwa/src/inspections/queries.ts'
import { session } from '../../../pwa/src/people/session.ts'
import { path } from '../../../pwa/src/router.ts'
import { useTabs } from '../../../pwa/src/shell/tabs.ts'
import { TodayScreen } from '../../../pwa/src/tasks/TodayScreen.tsx'
import { ToastPlace } from '../../../pwa/src/ui/Notice.tsx'
import { json, Office, Seen } from '../desk/office.ts'
import { phoneOf } from '../phone.ts'
import { ANN, AT, BOB, FAIL, FINDING, INSPECTION, inspection, PASS, parted, step, told, word } from './told.ts'

const HISTORY = `GET /api/history/finding/${FINDING}`

let store: Store
let seen: Seen
let steps: Step[]

beforeEach(async () => {
  store = await phoneOf()
  steps = []
  new Office().open().on(HISTORY, () => json({ steps, older: false }))
  seen = new Seen()
})

afterEach(() => {
  seen.clear()
  vi.unstubAllGlobals()
})

const changes = () => store.outbox.changes.orderBy('n').toArray()
const radio = (who: string) =>
  seen.all('input[type="radio"]').find((one) => one.getAttribute('aria-label')?.startsWith(who)) as HTMLInputElement
const choose = (who: string) => act(() => radio(who).click())

async function opened(check = 'ETI-4.a') {
  seen.draw(<ConflictScreen id={INSPECTION} item="ETI-4" check={check} />)
  await seen.until(() => seen.all('.side').length === 2)
}

test('a choice names every opinion, and its reason travels with it as a remark', async () => {
  await parted(store, store.person)
  await opened()
  choose('检查员乙')
  seen.tap('当场已改正')
  seen.tap('选定：扣 1.0 分')
  await vi.waitFor(async () => expect(await changes()).toHaveLength(2))
  const [choice, said] = await changes()
  expect(choice?.set).toEqual({ 'checks.ETI-4.a': [FAIL, [19, 3], [18, 7]] })
  expect(said).toMatchObject({ type: 'comment', group: choice?.n, set: { of: [{ type: 'finding', id: FINDING }] } })
  expect(said?.set?.['text']?.[0]).toMatch(/选定扣 1\.0 分\n当场已改正$/)
  expect(choice?.group).toBe(choice?.n)
})

test('nothing has to be said: a tap picks, and a ready reason is taken back by another', async () => {
  await parted(store, store.person)
  await opened()
  choose('检查员甲')
  seen.tap('当场已改正')
  seen.tap('当场已改正')
  seen.tap('选定：合格')
  await vi.waitFor(async () => expect(await changes()).toHaveLength(1))
  expect((await changes())[0]?.group).toBeUndefined()
})

test('after one the next comes without going back', async () => {
  await parted(store, store.person, ['ETI-4.a', 'ETI-4.b'])
  await opened()
  choose('检查员甲')
  seen.tap('选定：合格')
  await seen.until(() => path.value === `/inspections/${INSPECTION}/ETI-4/ETI-4.b`)
})

test('a choice of what this phone does not hold is not said to be made, and its reason stays', async () => {
  await parted(store, store.person)
  const view = await getInspection(INSPECTION)
  const conflict = view?.conflicts[0]
  if (!view || !conflict) throw new Error()
  store = await phoneOf()
  const settled = vi.fn()
  seen.draw(
    <>
      <PickOne view={view} conflict={conflict} onSettled={settled} />
      <ToastPlace />
    </>,
  )
  await seen.until(() => seen.all('.side').length === 2)
  choose('检查员甲')
  seen.tap('当场已改正')
  seen.tap('选定：合格')
  await seen.until(() => seen.text.includes('没有选上'))
  expect(settled).not.toHaveBeenCalled()
  expect(seen.text).not.toContain('已选定')
  expect(await changes()).toHaveLength(0)
  expect(seen.has('选定：合格')).toBe(true)
})

test('the author of one may only yield to the other', async () => {
  await parted(store, store.person, ['ETI-4.a'], 'draft', store.person)
  await opened()
  await seen.until(() => seen.all('input:disabled').length === 1)
  expect(radio('检查员甲').disabled).toBe(false)
  expect(seen.text).toContain('您自己判的那份要由别人来选')
})

test('who neither takes part nor reviews may look, and has nothing to decide', async () => {
  await parted(store, ANN)
  expect((await listConflicts()).map(({ mine }) => mine)).toEqual([false])
  await opened()
  await seen.until(() => seen.all('input:disabled').length === 2)
  expect(seen.has(/选/)).toBe(false)
  expect(seen.text).toContain('由检查组的人或督导来选')
})

test('the list says what, where, who, and what to begin with', async () => {
  await parted(store, store.person, ['ETI-4.a', 'ETI-4.b'])
  seen.draw(<ConflictsScreen />)
  await seen.until(() => seen.text.includes('等您选'))
  expect(seen.all('a.row')).toHaveLength(2)
  expect(seen.text).toContain('2 处等人选定')
  expect(seen.text).toContain('望江路支局')
  expect(seen.text).toContain('检查员甲、检查员乙')
})

function Badge() {
  const [today] = useTabs()
  return <b>{today?.badge}</b>
}

test('what was declared void waits for nobody: not in the list, not on top of the day, not in the badge', async () => {
  session.value = {
    person: { id: store.person, name: '甲', roles: ['inspector'], home: 'u' },
    login: 'inspector',
    device: 17,
    audiences: [],
    paused: null,
  }
  await parted(store, store.person, ['ETI-4.a'], 'submitted')
  seen.draw(
    <>
      <Badge />
      <TodayScreen />
    </>,
  )
  await seen.until(() => seen.all('.row-ic--clash').length === 1 && seen.all('b')[0]?.textContent === '1')
  expect(await listConflicts()).toHaveLength(1)
  await told(store, { inspection: [inspection({ lead: store.person, status: 'void' })] })
  await seen.until(() => seen.all('.row-ic--clash').length === 0 && seen.all('b')[0]?.textContent === '0')
  expect(await listConflicts()).toHaveLength(0)
  session.value = null
})

test('an empty list says when something would be there', async () => {
  seen.draw(<ConflictsScreen />)
  await seen.until(() => seen.text.includes('没有意见不一的地方'))
})

test('a phone whose clock was off is named, and the time shown is the server’s', async () => {
  await parted(store, store.person)
  const HOURS = 3 * 3_600_000
  steps = [
    step([19, 3], BOB, [word(FAIL, { fate: 'open' })], {
      at: AT + 900_000,
      done_at: AT + 900_000 - HOURS,
      clock: -HOURS,
    }),
    step([18, 7], ANN, [word(PASS, { fate: 'open' })]),
  ]
  await opened()
  await seen.until(() => seen.text.includes('检查员乙的手机时钟快了约 3 小时'))
  expect(seen.text).toContain('相差 2 小时')
})

test('what is heard of clocks after a card was chosen moves no button: it stands below them', async () => {
  await parted(store, store.person)
  let tell = () => {}
  const asked = new Promise<void>((go) => {
    tell = go
  })
  new Office().open().on(HISTORY, () => asked.then(() => json({ steps, older: false })))
  steps = [step([19, 3], BOB, [word(FAIL, { fate: 'open' })], { clock: -3 * 3_600_000 })]
  await opened()
  choose('检查员乙')
  tell()
  await seen.until(() => seen.text.includes('检查员乙的手机时钟快了约 3 小时'))
  const [button] = seen.all('.btn-go')
  const [above, below] = seen.all('.same')
  expect(above?.textContent).not.toContain('手机时钟快了')
  expect(button?.compareDocumentPosition(below as Node)).toBe(Node.DOCUMENT_POSITION_FOLLOWING)
})

test('what is known of clocks, in words', () => {
  const [a, b] = ['甲', '乙'].map((who, i) => ({ who, at: AT + i * 1_140_000, clock: 0 }))
  if (!a || !b) throw new Error()
  expect(clockLines([a, b], AT * 2)).toEqual(['相差 19 分钟，手机都与服务器对过时'])
  expect(clockLines([a, { ...b, clock: null }], AT * 2)).toEqual(['相差 19 分钟，按各自手机的时间'])
  expect(clockLines([a, { ...b, clock: 7_200_000 }], AT * 2)[0]).toContain('乙的手机时钟慢了约 2 小时')
  expect(clockLines([a, { ...b, clock: null }], AT)[0]).toContain('乙记的时间比现在还晚')
  expect(clockLines([a, { ...b, at: AT + 1 }], AT * 2)).toEqual(['几乎同时判的'])
})
