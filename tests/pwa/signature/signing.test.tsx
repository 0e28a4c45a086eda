import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { listSha256 } from '../../../pwa/src/core/deductions.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { recordCheck } from '../../../pwa/src/inspections/acts.ts'
import { getInspection } from '../../../pwa/src/inspections/queries.ts'
import { SubmitSheet } from '../../../pwa/src/inspections/SubmitSheet.tsx'
import { useInspection } from '../../../pwa/src/inspections/useInspection.ts'
import { setSigned } from '../../../pwa/src/signature/acts.ts'
import { SignatureRow } from '../../../pwa/src/signature/Row.tsx'
import { SignedFact } from '../../../pwa/src/signature/SignedFact.tsx'
import { Signing } from '../../../pwa/src/signature/Signing.tsx'
import { FAIL, INSPECTION, inspection, parted, STANDARD, told } from '../conflicts/told.ts'
import { Seen } from '../desk/office.ts'
import { phoneOf } from '../phone.ts'

let store: Store
let seen: Seen
const close = vi.fn()

/** The dialog over the inspection as it is at each moment. */
function Held() {
  const view = useInspection(INSPECTION)
  return view ? <Signing view={view} onClose={close} /> : null
}

const words = async () => (await store.outbox.changes.toArray()).flatMap(({ set }) => (set?.['signed'] ? [set] : []))
const view = async () => {
  const found = await getInspection(INSPECTION)
  if (!found?.score) throw new Error('no inspection')
  return found
}

/** One line of the pen, over the whole pad and back. */
function write(): void {
  const pad = seen.all('.sign-pad svg')[0]
  if (!pad) throw new Error('no pad')
  vi.spyOn(pad, 'getBoundingClientRect').mockReturnValue(new DOMRect(16, 100, 320, 200))
  const point = (type: string, clientX: number, clientY: number) =>
    pad.dispatchEvent(new PointerEvent(type, { pointerId: 1, button: 0, clientX, clientY, bubbles: true }))
  act(() => {
    point('pointerdown', 48, 200)
    point('pointermove', 176, 120)
    point('pointermove', 304, 200)
    point('pointermove', 304, 900)
    point('pointerup', 304, 900)
  })
}

async function held(): Promise<void> {
  seen.draw(<Held />)
  await seen.until(() => seen.has('确认签字'))
}

beforeEach(async () => {
  close.mockReset()
  seen = new Seen()
  store = await phoneOf()
  await parted(store, store.person, [])
  await recordCheck(INSPECTION, 'FAC-1', 'FAC-1.b', FAIL)
})

afterEach(() => {
  seen.clear()
  vi.restoreAllMocks()
})

test('what is signed is what is read: item, check and points, the total, and what is still open', async () => {
  await held()
  expect(seen.text).toContain('99.5')
  expect(seen.text).toContain('−0.5')
  expect(seen.text).toContain('公布邮政业务使用须知')
  expect(seen.text).toMatch(/还有 \d+ 项没查/)
})

test('a signature needs a name and a line of the pen, and is then on disk with the list it stands under', async () => {
  await held()
  seen.tap('确认签字')
  expect(seen.text).toContain('要写签字人的姓名')
  expect(seen.text).toContain('还没写名字')
  expect(await words()).toEqual([])
  seen.write('签字人', '王丽')
  write()
  seen.tap('确认签字')
  await seen.until(() => close.mock.calls.length === 1)
  const { score } = await view()
  const list_sha256 = await listSha256(STANDARD, score as NonNullable<typeof score>)
  const strokes = [[1000, 3125, 5000, 625, 9000, 3125, 9000, 6250]]
  expect(await words()).toMatchObject([{ signed: [{ list_sha256, total: 995, name: '王丽', strokes }] }])
})

test('a phone that is full says so under the pen, keeps what was written, and takes it with a later tap', async () => {
  await held()
  seen.write('签字人', '王丽')
  write()
  const full = Object.assign(new Error('full'), { name: 'QuotaExceededError' })
  const disk = vi.spyOn(store.outbox.changes, 'bulkAdd').mockImplementation((() => Promise.reject(full)) as never)
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  seen.tap('确认签字')
  await seen.until(() => seen.all('.sign-foot [role=alert]')[0]?.textContent?.includes('手机存满了，刚才这一下没存上'))
  expect(close).not.toHaveBeenCalled()
  expect(await words()).toEqual([])
  expect(seen.all('.sign-pad svg')[0]?.getAttribute('aria-label')).toBe('签字处，已写 1 笔')
  disk.mockRestore()
  await seen.until(() => {
    seen.tap('确认签字')
    return close.mock.calls.length > 0
  })
  expect(await words()).toMatchObject([{ signed: [{ name: '王丽' }] }])
})

test('a line can be taken back, all of them wiped, and the pad says how many there are', async () => {
  await held()
  const label = () => seen.all('.sign-pad svg')[0]?.getAttribute('aria-label')
  write()
  write()
  expect(label()).toBe('签字处，已写 2 笔')
  seen.tap('撤一笔')
  expect(label()).toBe('签字处，已写 1 笔')
  seen.tap('清空')
  expect(label()).toBe('签字处，用手指或鼠标写')
})

test('not signing needs a reason, and is a word of its own', async () => {
  await held()
  seen.tap('不签字')
  seen.tap('记下原因')
  expect(seen.text).toContain('要写明原因')
  expect(await words()).toEqual([])
  seen.tap('对扣分有异议')
  seen.tap('记下原因')
  await seen.until(() => close.mock.calls.length === 1)
  expect(await words()).toMatchObject([{ signed: [{ refused: '对扣分有异议', total: 995 }] }])
})

test('a reason may be in one’s own words', async () => {
  await held()
  seen.tap('不签字')
  seen.tap('其他')
  seen.write('写明原因', '要等局长回来')
  seen.tap('记下原因')
  await seen.until(() => close.mock.calls.length === 1)
  expect(await words()).toMatchObject([{ signed: [{ refused: '要等局长回来' }] }])
})

test('a list that changes under the pen is not signed unseen: it is said, and the new one begins with a clean pad', async () => {
  await held()
  write()
  await act(() => recordCheck(INSPECTION, 'ETI-4', 'ETI-4.b', FAIL))
  await seen.until(() => seen.has('换成新清单'))
  expect(seen.text).toContain('99.5')
  seen.tap('换成新清单')
  expect(seen.has('换成新清单')).toBe(false)
  expect(seen.text).not.toContain('99.5')
  expect(seen.all('.sign-pad svg')[0]?.getAttribute('aria-label')).toBe('签字处，用手指或鼠标写')
})

const signed = async () => {
  const { score } = await view()
  const list_sha256 = await listSha256(STANDARD, score as NonNullable<typeof score>)
  return { list_sha256, total: 995, at: Date.now(), name: '王丽', strokes: [[0, 0, 900, 400]] }
}

/** What is on the overview. */
function Overview() {
  const now = useInspection(INSPECTION)
  return now ? <SignatureRow view={now} onSign={close} /> : null
}

test('the overview asks for a signature, then shows it, and both totals once the list is another one', async () => {
  seen.draw(<Overview />)
  await seen.until(() => seen.text.includes('还没签'))
  seen.tap(/网点签字/)
  expect(close).toHaveBeenCalledOnce()
  await setSigned(INSPECTION, await signed())
  await seen.until(() => seen.text.includes('已签字 · 王丽'))
  await recordCheck(INSPECTION, 'ETI-4', 'ETI-4.b', FAIL)
  await seen.until(() => seen.text.includes('签的是改动前的清单'))
  seen.tap(/网点签字/)
  expect(seen.text).toMatch(/签的时候 99\.5 分，现在 \d+\.\d 分/)
  expect(seen.all('svg[role=img]').map((one) => one.getAttribute('aria-label'))).toEqual(['王丽的签字'])
  seen.tap('重签')
  expect(close).toHaveBeenCalledTimes(2)
})

test('handing in takes no signature, and keeps what was typed for whoever goes to sign', async () => {
  const sign = vi.fn()
  seen.draw(<SubmitSheet view={await view()} onSign={sign} onClose={close} />)
  expect(seen.text).toContain('还没签，不签也能提交')
  seen.write('网点陪同人 可不写', '李强')
  seen.tap('请网点签字')
  await vi.waitFor(() => expect(sign).toHaveBeenCalledOnce())
  expect((await view()).inspection.representative).toBe('李强')
  seen.tap('提交')
  await vi.waitFor(() => expect(close).toHaveBeenCalledOnce())
  expect((await view()).inspection.status).toBe('submitted')
})

test('at the head of a review stands who signed what, or that nobody did', async () => {
  await store.outbox.changes.clear()
  await told(store, { inspection: [inspection({ lead: store.person, status: 'submitted' })] })
  seen.draw(<SignedFact view={await view()} />)
  expect(seen.text).toContain('网点没有签字')
  const row = { ...(await signed()), strokes: [], refused: '拒绝签字' }
  await told(store, {
    inspection: [inspection({ lead: store.person, status: 'submitted', signed: row, list_sha256: 'f'.repeat(64) })],
  })
  seen.draw(<SignedFact view={await view()} />)
  await seen.until(() => seen.text.includes('拒签的是改动前的清单'))
  seen.tap(/拒签：拒绝签字 · 王丽/)
  expect(seen.all('svg[role=img]')).toEqual([])
  expect(seen.has('重签')).toBe(false)
})
