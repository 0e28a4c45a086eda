import { beforeEach, expect, test } from 'vitest'
import type { Signed } from '../../../pwa/src/contract/records.ts'
import { listSha256 } from '../../../pwa/src/core/deductions.ts'
import type { Store } from '../../../pwa/src/database/open.ts'
import { recordCheck } from '../../../pwa/src/inspections/acts.ts'
import { getInspection } from '../../../pwa/src/inspections/queries.ts'
import type { InspectionView } from '../../../pwa/src/inspections/view.ts'
import { setSigned } from '../../../pwa/src/signature/acts.ts'
import { factOf, maySign, stateOf, textOf, toldHash, warningOf } from '../../../pwa/src/signature/state.ts'
import { FAIL, INSPECTION, inspection, PASS, parted, STANDARD, told } from '../conflicts/told.ts'
import { phoneOf } from '../phone.ts'

const NOW = new Date(2026, 2, 12, 11, 0).getTime()
const AT = new Date(2026, 2, 12, 10, 24).getTime()

let store: Store

async function view(): Promise<InspectionView> {
  const found = await getInspection(INSPECTION)
  if (!found) throw new Error('no inspection')
  return found
}

async function hashOf(of: InspectionView): Promise<string> {
  if (!of.score) throw new Error('no score')
  return listSha256(STANDARD, of.score)
}

/** What the state says of the list as the phone counts it now. */
const words = async (now: InspectionView) => {
  const state = stateOf(now, toldHash(now) ?? (await hashOf(now)))
  return [state.word, state.earlier, warningOf(state), factOf(state, maySign(now), NOW)]
}

async function sign(more: Partial<Signed> = {}): Promise<Signed> {
  const now = await view()
  const signed = {
    list_sha256: await hashOf(now),
    total: now.score?.total ?? 0,
    at: AT,
    name: '王丽',
    strokes: [[0, 0, 5000, 300]],
    ...more,
  }
  await setSigned(INSPECTION, signed)
  return signed
}

beforeEach(async () => {
  store = await phoneOf()
  await parted(store, store.person, [])
  await recordCheck(INSPECTION, 'FAC-1', 'FAC-1.b', FAIL)
})

test('nobody has signed: that is no obstacle, and later it is told', async () => {
  expect(await words(await view())).toEqual(['none', null, null, '还没签，不签也能提交'])
  await told(store, { inspection: [inspection({ lead: store.person, status: 'submitted' })] })
  expect(await words(await view())).toEqual(['none', null, null, '网点没有签字'])
})

test('a signature is one change of the outbox, on a phone without a network, and names who came along', async () => {
  const signed = await sign()
  const changes = (await store.outbox.changes.orderBy('n').toArray()).filter(({ type }) => type === 'inspection')
  expect(changes).toMatchObject([{ id: INSPECTION, set: { signed: [signed], representative: ['王丽'] } }])
  expect(await words(await view())).toEqual(['signed', false, null, '已签字 · 王丽 · 今天 10:24'])
})

test('whoever was named as coming along stays so, whoever signs', async () => {
  await told(store, { inspection: [inspection({ lead: store.person, representative: '李强' })] })
  await sign()
  const [change] = (await store.outbox.changes.toArray()).filter(({ type }) => type === 'inspection')
  expect(Object.keys(change?.set ?? {})).toEqual(['signed'])
})

test('a check judged otherwise afterwards makes it the signature of an earlier list; judged back, it is the list again', async () => {
  await sign()
  await recordCheck(INSPECTION, 'ETI-4', 'ETI-4.b', FAIL)
  expect(await words(await view())).toEqual(['signed', true, '签的是改动前的清单', '已签字 · 王丽 · 今天 10:24'])
  await recordCheck(INSPECTION, 'ETI-4', 'ETI-4.b', PASS)
  expect((await words(await view()))[1]).toBe(false)
})

test('signing again takes the place of the earlier word', async () => {
  await sign()
  await recordCheck(INSPECTION, 'ETI-4', 'ETI-4.b', FAIL)
  await sign({ name: '李强' })
  expect(await words(await view())).toEqual(['signed', false, null, '已签字 · 李强 · 今天 10:24'])
})

test('a refusal is told with its reason, also once the list is another one', async () => {
  const why = { strokes: [], refused: '对扣分有异议' }
  await sign(why)
  expect(await words(await view())).toEqual(['refused', false, null, '拒签：对扣分有异议 · 王丽 · 今天 10:24'])
  await recordCheck(INSPECTION, 'ETI-4', 'ETI-4.b', FAIL)
  expect((await words(await view())).slice(0, 3)).toEqual(['refused', true, '拒签的是改动前的清单'])
})

test('once it is handed in, the server’s hash is the word on the list: a correction at the desk makes it earlier', async () => {
  const signed = await sign()
  await store.outbox.changes.clear()
  const closed = (list_sha256: string | null) =>
    told(store, { inspection: [inspection({ lead: store.person, status: 'submitted', signed, list_sha256 })] })
  await closed(signed.list_sha256)
  expect(toldHash(await view())).toBe(signed.list_sha256)
  expect((await words(await view()))[1]).toBe(false)
  await closed('f'.repeat(64))
  expect((await words(await view()))[1]).toBe(true)
})

test('while it is open the phone counts itself, whatever the server had counted when it was handed in', async () => {
  await told(store, {
    inspection: [inspection({ lead: store.person, status: 'returned', list_sha256: 'f'.repeat(64) })],
  })
  expect(toldHash(await view())).toBeNull()
})

test('where nothing can be hashed, another total still tells; the same total tells nothing', async () => {
  await sign()
  expect(stateOf(await view(), null).earlier).toBeNull()
  await recordCheck(INSPECTION, 'ETI-4', 'ETI-4.b', FAIL)
  expect(stateOf(await view(), null).earlier).toBe(true)
})

test('rows of before there were signatures are without one', async () => {
  const now = await view()
  const bare = { ...now, inspection: { ...now.inspection } } as InspectionView
  Reflect.deleteProperty(bare.inspection, 'signed')
  Reflect.deleteProperty(bare.inspection, 'list_sha256')
  expect(stateOf(bare, null).word).toBe('none')
  expect(toldHash(bare)).toBeNull()
  expect(textOf(bare)).toContain(STANDARD)
})

test('a supervisor who only looks cannot sign for the branch', async () => {
  await told(store, { inspection: [inspection({ lead: 'another', members: {} })] })
  expect(maySign(await view())).toBe(false)
})
