import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ServerList } from '../../../pwa/src/desk/ServerList.tsx'
import { inspectionList, visitList } from '../../../pwa/src/desk/workLists.tsx'
import { wide } from '../../../pwa/src/shell/wide.ts'
import { at, Office, page, Seen, sheet } from './office.ts'

const VISIT = {
  id: 'v1',
  branch_name: '青石桥支局',
  person_name: '投递员甲',
  customer_name: '雁荡诊所',
  kind: 'visit',
  status: 'closed',
  started_at: 0,
  result: 'met',
  satisfaction: 40,
  topics: ['misdelivery', 'attitude'],
  heard: 'open',
}
const INSPECTION = {
  id: 'i1',
  branch_name: '金鸡支局',
  standard_code: 'model-window',
  standard_title: '示范窗口',
  standard_title_en: null,
  lead_name: '检查员乙',
  status: 'submitted',
  started_at: 0,
  submitted_at: 0,
  total: 955,
  vetoes: 1,
}

let office: Office
let seen: Seen

beforeEach(() => {
  localStorage.clear()
  const visits = [VISIT, { ...VISIT, id: 'v2', heard: null, topics: [], satisfaction: null }]
  office = new Office()
    .open()
    .on('GET /api/lists/visits', ({ params }) => (params['format'] === 'xlsx' ? sheet('走访.xlsx') : page(visits)))
    .on('GET /api/lists/inspections', () =>
      page([INSPECTION, { ...INSPECTION, id: 'i2', status: 'draft', total: null }]),
    )
  seen = new Seen()
  wide.value = true
})

afterEach(() => {
  seen.clear()
  vi.unstubAllGlobals()
})

const links = () => seen.all('tbody a').map((link) => link.getAttribute('href'))
const arrived = () => seen.until(() => seen.all('tbody tr').length > 0)

test('a visit leads to what was heard on it, else to itself; the sheet is of what is shown', async () => {
  at('/desk/visits?heard=open&sort=branch')
  seen.draw(<ServerList list={visitList()} chosen={undefined} />)
  await arrived()
  expect(office.last('GET /api/lists/visits')?.params).toEqual({ heard: 'open', sort: 'branch', page: '1', size: '50' })
  expect(links()).toEqual(['#/heard/v1', '#/visits/v2'])
  expect(seen.text).toContain('见到了 · 40 分 · 误投、态度')
  seen.tap('导出表格')
  await seen.until(() => office.last('GET /api/lists/visits')?.params['format'] === 'xlsx')
  expect(office.last('GET /api/lists/visits')?.params).toMatchObject({ heard: 'open', sort: 'branch' })
})

test('an inspection leads to its review, and one that was not handed in to itself', async () => {
  at('/desk/inspections')
  seen.draw(<ServerList list={inspectionList()} chosen={undefined} />)
  await arrived()
  expect(links()).toEqual(['#/review/i1', '#/inspections/i2'])
  expect(seen.text).toContain('95.5')
  expect(seen.text).toContain('否决 1')
})
