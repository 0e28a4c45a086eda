import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Store } from '../../../pwa/src/database/open.ts'
import { onArrival } from '../../../pwa/src/desk/arrivals.ts'
import { ServerList } from '../../../pwa/src/desk/ServerList.tsx'
import { visitList } from '../../../pwa/src/desk/workLists.tsx'
import { session } from '../../../pwa/src/people/session.ts'
import { wide } from '../../../pwa/src/shell/wide.ts'
import { phoneOf, rowFrom } from '../phone.ts'
import { at, Office, page, Seen } from './office.ts'

const visit = (id: string, status = 'closed') => ({
  id,
  branch_name: `${id}支局`,
  person_name: '投递员甲',
  customer_name: null,
  kind: 'visit',
  status,
  started_at: 0,
  result: null,
  satisfaction: null,
  topics: [],
  heard: null,
})

let rows: object[]
let phone: Store
let office: Office
let seen: Seen

beforeEach(async () => {
  phone = await phoneOf()
  session.value = {
    person: { id: phone.person, name: '甲', roles: ['supervisor'], home: 'u' },
    login: 'supervisor',
    device: 17,
    audiences: [],
    paused: null,
  }
  rows = [visit('青'), visit('金')]
  office = new Office().open().on('GET /api/lists/visits', () => page(rows, 120))
  seen = new Seen()
  wide.value = true
  at('/desk/visits?page=2')
  seen.draw(<ServerList list={visitList()} chosen="金" />)
  await seen.until(() => names().length === 2)
})

afterEach(() => {
  seen.clear()
  session.value = null
  vi.unstubAllGlobals()
})

const names = () => seen.all('tbody th').map((one) => one.textContent)
const times = () => office.asked.length
const pulled = (type: 'visit' | 'inspection', id: string) =>
  phone.cache.rows.put({ type, id, rev: 1, parent: '', row: rowFrom(type, id, 1) })

test('what sync brings of its records stands in the list soon, on the page and row one is at', async () => {
  const [, row] = seen.all('tbody tr')
  const link = seen.all('tbody a')[1]
  link?.focus()
  rows = [visit('新'), visit('金', 'draft')]
  await pulled('visit', 'v')
  await seen.until(() => names()[0] === '新支局')
  expect(office.last('GET /api/lists/visits')?.params['page']).toBe('2')
  expect(seen.all('tbody tr')[1]).toBe(row)
  expect(row?.className).toBe('on')
  expect(document.activeElement).toBe(link)
  expect(seen.all('tbody tr.new')).toHaveLength(1)
})

test('an equal answer draws nothing', async () => {
  const [row] = seen.all('tbody tr')
  await pulled('visit', 'v')
  await seen.until(() => times() === 2)
  await new Promise((done) => setTimeout(done))
  act(() => {})
  expect(seen.all('tbody tr')[0]).toBe(row)
  expect(seen.all('tbody tr.new')).toHaveLength(0)
})

test('only commits to rows of the types it is made of are word of something new, packed or not', async () => {
  // a database that opens for the first time is all new
  await phone.cache.turnPage()
  const heard: string[] = []
  let at = ''
  const end = onArrival(phone.cache, ['visit', 'customer'], () => heard.push(at))
  const commit = async (name: string, write: () => Promise<unknown>) => {
    at = name
    await write()
    await new Promise((done) => setTimeout(done))
  }
  await commit('inspection', () => pulled('inspection', 'i'))
  await commit('visit', () => pulled('visit', 'v'))
  await commit('branches', () => phone.cache.packs.put({ type: 'branch', number: 0, rows: [] }))
  await commit('customers', () => phone.cache.packs.put({ type: 'customer', number: 0, rows: [] }))
  await commit('state', () => phone.cache.turnPage())
  await commit('gone', () => phone.cache.rows.bulkDelete([['visit', 'v']]))
  end()
  await commit('after', () => pulled('visit', 'w'))
  expect([...new Set(heard)]).toEqual(['visit', 'customers', 'gone'])
})

const point = (event: string, pointerType = 'mouse') =>
  act(() => {
    seen.all('tbody td')[0]?.closest('.sl-scroll')?.dispatchEvent(new PointerEvent(event, { pointerType }))
  })

test('rows that somebody points at stay where they are until they look away or ask for what is new', async () => {
  point('pointermove')
  rows = [visit('新'), visit('青'), visit('金')]
  await pulled('visit', 'v')
  await seen.until(() => seen.has('有新的，点这里显示'))
  expect(names()).toEqual(['青支局', '金支局'])
  point('pointerleave')
  await seen.until(() => names().length === 3)
  expect(seen.has('有新的，点这里显示')).toBe(false)
  expect(seen.all('tbody tr.new')).toHaveLength(1)

  point('pointerdown', 'touch')
  rows = [visit('金')]
  await pulled('visit', 'w')
  await seen.until(() => seen.has('有新的，点这里显示'))
  point('pointerleave', 'touch')
  expect(names()).toHaveLength(3)
  seen.tap('有新的，点这里显示')
  await seen.until(() => names().length === 1)
})

test('rows that come where others went from under the pointer are not pointed at', async () => {
  point('pointermove')
  rows = []
  at('/desk/visits?q=x')
  await seen.until(() => names().length === 0)
  rows = [visit('青'), visit('金')]
  at('/desk/visits?page=2')
  await seen.until(() => names().length === 2)
  rows = [visit('新'), visit('青'), visit('金')]
  await pulled('visit', 'v')
  await seen.until(() => names().length === 3)
})

test('a row that only says something else is drawn also under the pointer', async () => {
  point('pointermove')
  rows = [visit('青', 'draft'), visit('金')]
  await pulled('visit', 'v')
  await seen.until(() => seen.all('tbody tr.new').length === 1)
  expect(seen.has('有新的，点这里显示')).toBe(false)
})

test('out of reach it keeps what it shows, says since when, and no more once it is back', async () => {
  office.on('GET /api/lists/visits', () => Promise.reject(new TypeError('offline')))
  await pulled('visit', 'v')
  await seen.until(() => /没连上服务器，这是 \d\d:\d\d 的/.test(seen.text))
  expect(names()).toHaveLength(2)
  office.on('GET /api/lists/visits', () => page(rows, 120))
  act(() => {
    dispatchEvent(new Event('online'))
  })
  await seen.until(() => !seen.text.includes('没连上服务器'))
})

test('a refusal of a quiet question is said, with a way to ask again', async () => {
  office.on('GET /api/lists/visits', () => Response.json({ code: 'not_allowed' }, { status: 403 }))
  await pulled('visit', 'v')
  await seen.until(() => seen.all('.banner').length === 1)
  expect(names()).toHaveLength(2)
})
