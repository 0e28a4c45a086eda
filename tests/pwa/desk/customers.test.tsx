import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Store } from '../../../pwa/src/database/open.ts'
import { CustomerPanel } from '../../../pwa/src/desk/CustomerPanel.tsx'
import { customerList } from '../../../pwa/src/desk/customerList.tsx'
import { ServerList } from '../../../pwa/src/desk/ServerList.tsx'
import { query } from '../../../pwa/src/router.ts'
import { wide } from '../../../pwa/src/shell/wide.ts'
import { pulse } from '../../../pwa/src/sync/pulse.ts'
import { VisitScreen } from '../../../pwa/src/visits/VisitScreen.tsx'
import { phoneOf, rowFrom } from '../phone.ts'
import { at, json, Office, page, refusal, Seen } from './office.ts'

const VISIT = '018f4d1e-7c00-7000-8000-0000000000f1'
const CUSTOMER = rowFrom('customer', 'c1', 4, {
  branch: 'b1',
  name: '雁荡诊所',
  kind: 'key',
  phone: '0571-0000 1234',
  tier: 'A',
})
const closed = (id: string, started_at: number, values = {}) =>
  rowFrom('visit', id, 5, {
    branch: 'b1',
    customer: 'c1',
    kind: 'visit',
    status: 'closed',
    result: 'met',
    started_at,
    ...values,
  })
const LISTED = {
  id: 'c1',
  branch_name: '青石桥支局',
  name: '雁荡诊所',
  kind: 'key',
  phone: '057****1234',
  route: '3段',
  tier: 'A',
  visited_at: null,
  follow_up_on: null,
  waiting: true,
}

let store: Store
let office: Office
let seen: Seen

beforeEach(async () => {
  store = await phoneOf()
  localStorage.clear()
  const visits = [closed('v1', Date.UTC(2026, 0, 5)), closed('v2', Date.UTC(2026, 1, 5), { result: 'not_met' })]
  office = new Office()
    .open()
    .on('GET /api/lists/customers', () => page([LISTED]))
    .on('GET /api/customers/c1', () => json({ cursor: 9, rows: { customer: [CUSTOMER], visit: visits } }))
    .on('POST /api/customers/c1/reveal', () => new Response(null, { status: 204 }))
  seen = new Seen()
  wide.value = true
  // nothing is downloaded meanwhile
  pulse.value = { ...pulse.value, reachable: false }
})

afterEach(() => {
  seen.clear()
  vi.unstubAllGlobals()
})

test('the list is narrowed by what is typed and chosen, and says who was never visited', async () => {
  at('/desk/customers?idle=90')
  seen.draw(<ServerList list={customerList()} chosen={undefined} />)
  await seen.until(() => seen.all('tbody tr').length > 0)
  const asked = () => office.last('GET /api/lists/customers')?.params
  expect(asked()).toEqual({ idle: '90', sort: 'visited_at', page: '1', size: '50' })
  for (const words of ['从没走访', '057****1234', '待办', '青石桥支局']) expect(seen.text).toContain(words)
  expect(seen.all('tbody a').map((link) => link.getAttribute('href'))).toEqual(['#/desk/customers/c1?idle=90'])
  seen.write('段道', '3段')
  await seen.until(() => asked()?.['route'] === '3段')
  expect(query.value).toBe('idle=90&route=3%E6%AE%B5')
})

test('a customer is shown beside the list: the number only once somebody asks, and that is noted', async () => {
  seen.draw(<CustomerPanel id="c1" onClose={() => undefined} />)
  await seen.until(() => seen.all('ul a').length === 2)
  expect(seen.all('ul a').map((link) => link.getAttribute('href'))).toEqual(['#/visits/v2', '#/visits/v1'])
  expect(seen.text).toContain('大客户 · A级')
  expect(seen.text).not.toContain('0571-0000 1234')
  seen.tap('显示号码')
  await seen.until(() => seen.text.includes('0571-0000 1234'))
  await seen.until(() => office.last('POST /api/customers/c1/reveal'))
})

test('a visit this device does not keep is opened from the server, to be read only', async () => {
  const complaint = { complaint: '误投', person: store.person }
  const old = closed(VISIT, Date.UTC(2026, 0, 5), complaint)
  const said = rowFrom('comment', 'k1', 6, { of: { type: 'visit', id: VISIT }, text: '已去过', author: 'p2' })
  let there = false
  office.on(`GET /api/visits/${VISIT}`, () => {
    if (!there) throw new TypeError('offline')
    return json({ cursor: 9, rows: { visit: [old], comment: [said] } })
  })
  seen.draw(<VisitScreen id={VISIT} />)
  await seen.until(() => seen.text.includes('没连上服务器'))
  there = true
  dispatchEvent(new Event('online'))
  await seen.until(() => seen.text.includes('误投'))
  for (const words of ['只能看', '已去过']) expect(seen.text).toContain(words)
  expect(seen.all('textarea')).toEqual([])
  expect(seen.has('更正')).toBe(false)
})

test('a visit nobody may see is not there', async () => {
  office.on('GET /api/visits/gone', () => refusal(404, 'not_found'))
  seen.draw(<VisitScreen id="gone" />)
  await seen.until(() => seen.all('a[href="#/"]').length > 0)
})
