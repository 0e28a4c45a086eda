import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { branchList, personList, unitList } from '../../../pwa/src/desk/lists.tsx'
import { ServerList } from '../../../pwa/src/desk/ServerList.tsx'
import { session } from '../../../pwa/src/people/session.ts'
import { query } from '../../../pwa/src/router.ts'
import { wide } from '../../../pwa/src/shell/wide.ts'
import { somebody } from '../phone.ts'
import { at, Office, page, refusal, Seen, sheet } from './office.ts'
import { branch, person, unit } from './rows.ts'

let office: Office
let seen: Seen

const signedIn = (id: string) => ({
  person: { id, name: '甲', roles: ['admin' as const], home: 'u' },
  login: 'admin',
  device: 1,
  audiences: [],
  paused: null,
})

beforeEach(() => {
  localStorage.clear()
  office = new Office().open().on('GET /api/branches', () => page([branch('1'), branch('2'), branch('3')], 120))
  seen = new Seen()
  wide.value = true
  session.value = signedIn(somebody())
})

afterEach(() => {
  seen.clear()
  session.value = null
  vi.unstubAllGlobals()
})

async function open(place = '/desk/branches') {
  at(place)
  seen.draw(<ServerList list={branchList()} chosen={undefined} />)
  await seen.until(() => seen.all('tbody tr, .rows li').length > 0)
}

const asked = () => office.last('GET /api/branches')?.params

test('the address is what is asked, and what is not known of it stays here', async () => {
  await open('/desk/branches?q=qs&kind=agency&sort=-name&page=2&colour=red')
  expect(asked()).toEqual({ q: 'qs', kind: 'agency', sort: '-name', page: '2', size: '50' })
  expect(seen.text).toContain('51–53，共 120 个')
})

test('a head sorts, and says which way', async () => {
  await open()
  expect(seen.all('th[aria-sort=ascending]').map((one) => one.textContent)).toEqual(['代码'])
  seen.tap('名称')
  await seen.until(() => asked()?.['sort'] === 'name')
  seen.tap('名称')
  await seen.until(() => asked()?.['sort'] === '-name')
  expect(seen.all('th[aria-sort=descending]').map((one) => one.textContent)).toEqual(['名称'])
  seen.tap('名称')
  await seen.until(() => asked()?.['sort'] === 'code')
  expect(query.value).toBe('')
})

test('search, filters and pages stand in the address; what was found anew begins at the first page', async () => {
  await open()
  seen.tap('下一页')
  await seen.until(() => asked()?.['page'] === '2')
  seen.write('状态', 'closed')
  await seen.until(() => asked()?.['status'] === 'closed')
  expect(asked()?.['page']).toBe('1')
  seen.write('名称、拼音首字母、代码', '青')
  await seen.until(() => asked()?.['q'] === '青')
  expect(query.value).toBe('q=%E9%9D%92&status=closed')
  seen.tap('清空')
  await seen.until(() => query.value === 'q=%E9%9D%92')
})

test('a row leads to its record, and keeps what was asked for the way back', async () => {
  await open('/desk/branches?q=a')
  expect(seen.all('tbody a')[0]?.getAttribute('href')).toBe('#/desk/branches/1?q=a')
})

test('a unit to narrow by is picked by its name, and taken away by a tap', async () => {
  office.on('GET /api/units', () => page([unit('东岭')])).on('GET /api/units/东岭', () => Response.json(unit('东岭')))
  await open()
  act(() => seen.all('.sl-tools .chip')[0]?.click())
  await seen.until(() => seen.has(/东岭县/))
  seen.tap(/东岭县/)
  await seen.until(() => asked()?.['unit'] === '东岭')
  await seen.until(() => seen.has(/所属 · 东岭县/))
  seen.tap(/所属 · 东岭县/)
  await seen.until(() => asked()?.['unit'] === undefined)
})

test('views are a person’s own, and one tap each', async () => {
  await open('/desk/branches?status=closed&page=2')
  seen.tap('存为视图')
  seen.write('名称', '关了的')
  seen.send()
  await seen.until(() => seen.has('关了的'))
  seen.tap('全部')
  await seen.until(() => asked()?.['status'] === undefined)
  seen.tap('关了的')
  await seen.until(() => query.value === 'status=closed')
  const owner = session.value
  seen.clear()
  session.value = signedIn(somebody())
  await open()
  expect(seen.has('关了的')).toBe(false)
  seen.clear()
  session.value = owner
  await open('/desk/branches?status=closed')
  seen.tap('删掉这个视图')
  await seen.until(() => !seen.has('关了的'))
})

test('a sheet is fetched of all that was found, under its own name', async () => {
  const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    names.push(this.download)
  })
  const names: string[] = []
  await open('/desk/branches?status=open&page=2')
  office.on('GET /api/branches', () => sheet('网点.xlsx'))
  seen.tap('导出表格')
  await seen.until(() => names.length === 1)
  expect(names).toEqual(['网点.xlsx'])
  expect(asked()).toEqual({ status: 'open', sort: 'code', format: 'xlsx', lang: 'zh' })
  saved.mockRestore()
  office.on('GET /api/branches', () => refusal(413, 'too_large'))
  seen.tap('导出表格')
  await seen.until(() => seen.text.includes('一次发得太多了'))
})

test('without the network it says so, keeps what it showed, and looks again when it is back', async () => {
  await open()
  office.on('GET /api/branches', () => Promise.reject(new TypeError('offline')))
  seen.tap('下一页')
  await seen.until(() => seen.text.includes('没连上服务器'))
  expect(seen.all('tbody tr')).toHaveLength(3)
  office.on('GET /api/branches', () => page([branch('9')], 51))
  act(() => {
    dispatchEvent(new Event('online'))
  })
  await seen.until(() => seen.text.includes('9支局'))
  expect(seen.text).not.toContain('没连上服务器')
})

test('an answer that comes late does not take the place of a newer one', async () => {
  await open()
  let late: (answer: Response) => void = () => {}
  office.on('GET /api/branches', ({ params }) =>
    params['sort'] === 'name'
      ? new Promise((done) => {
          late = done
        })
      : page([branch('5')]),
  )
  seen.tap('名称')
  await seen.until(() => asked()?.['sort'] === 'name')
  seen.tap('名称')
  await seen.until(() => seen.text.includes('5支局'))
  late(page([branch('4')]))
  await new Promise((done) => setTimeout(done))
  act(() => {})
  expect(seen.text).not.toContain('4支局')
})

test('J and K move through the rows, / goes to the search; not while one types', async () => {
  await open()
  const press = (key: string, on: EventTarget = document.body) =>
    act(() => {
      on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    })
  press('j')
  expect(document.activeElement?.textContent).toBe('1支局')
  press('j')
  expect(document.activeElement?.textContent).toBe('2支局')
  press('k')
  press('k')
  expect(document.activeElement?.textContent).toBe('1支局')
  press('/')
  const search = seen.field('名称、拼音首字母、代码')
  expect(document.activeElement).toBe(search)
  press('j', search)
  expect(document.activeElement).toBe(search)
})

test('on a phone rows are cards, with filters and order behind a tap', async () => {
  wide.value = false
  await open()
  expect(seen.all('table')).toHaveLength(0)
  expect(seen.all('.rows a')[0]?.textContent).toContain('代码 331')
  expect(seen.all('select')).toHaveLength(0)
  seen.tap('筛选')
  seen.write('排序', '-name')
  await seen.until(() => asked()?.['sort'] === '-name')
})

test('nothing found offers the whole list', async () => {
  office.on('GET /api/people', ({ params }) => page(params['q'] ? [] : [person('1')]))
  at('/desk/people?q=zz')
  seen.draw(<ServerList list={personList()} chosen={undefined} />)
  await seen.until(() => seen.text.includes('没有找到'))
  seen.tap('全部')
  await seen.until(() => seen.text.includes('检查员1'))
})

test('units stand as a tree, each with its depth; in another order each says what is above it', async () => {
  office.on('GET /api/units', () => page([unit('青', { depth: 0, path: ['青县'] }), unit('东')]))
  at('/desk/units')
  seen.draw(<ServerList list={unitList()} chosen={undefined} />)
  await seen.until(() => seen.all('.tree').length === 2)
  expect(seen.all('.tree').map((one) => one.style.getPropertyValue('--depth'))).toEqual(['0', '1'])
  seen.tap('级别')
  await seen.until(() => seen.text.includes('青屿市'))
})
