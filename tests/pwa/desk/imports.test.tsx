import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ImportPanel } from '../../../pwa/src/desk/ImportPanel.tsx'
import { watched } from '../../../pwa/src/desk/imports.ts'
import type { ImportBody } from '../../../pwa/src/desk/rows.ts'
import { type Session, session } from '../../../pwa/src/people/session.ts'
import { path } from '../../../pwa/src/router.ts'
import { wide } from '../../../pwa/src/shell/wide.ts'
import { at, json, Office, refusal, Seen, sheet } from './office.ts'

let office: Office
let seen: Seen
const names: string[] = []

const body = (values: Partial<ImportBody> = {}): ImportBody => ({
  id: 'i1',
  kind: 'people',
  name: '人员.xlsx',
  created_at: 1,
  applied_at: null,
  state: 'checked',
  done: 12,
  all: 12,
  new: 10,
  changed: 2,
  unchanged: 0,
  wrong: 0,
  hash: 'abc',
  errors: [],
  ...values,
})

beforeEach(() => {
  office = new Office().open()
  seen = new Seen()
  wide.value = true
  at('/desk/imports')
  names.length = 0
  const click = HTMLAnchorElement.prototype.click
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    if (this.download) names.push(this.download)
    else click.call(this)
  })
})

afterEach(() => {
  session.value = undefined
  seen.clear()
  vi.unstubAllGlobals()
})

function choose(file: File) {
  const input = seen.all('input[type=file]')[0] as HTMLInputElement
  Object.defineProperty(input, 'files', { value: [file], configurable: true })
  act(() => {
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })
}

async function confirm(words: string) {
  seen.tap(words)
  await seen.until(() => seen.all('dialog').length === 1)
  seen.tap(words)
}

const open = async (words: string) => {
  seen.draw(<ImportPanel id="i1" onClose={() => {}} />)
  await seen.until(() => seen.text.includes(words))
}

test('a sheet is chosen, sent as it is and opens with what it would do', async () => {
  seen.draw(<ImportPanel id="new" onClose={() => {}} />)
  seen.send()
  expect(seen.text).toContain('先选文件')
  seen.tap('人员')
  const file = new File(['工号,姓名'], '人员.csv')
  choose(file)
  expect(seen.text).toContain('人员.csv')
  vi.stubGlobal('crypto', crypto)
  office.on('GET /api/imports/i1', () => json(body()))
  const real = globalThis.fetch
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) => {
    const [where = ''] = url.split('?')
    if (init?.method === 'PUT') office.on(`PUT ${where}`, () => json(body(), 201))
    return real(url, init)
  })
  seen.send()
  await seen.until(() => path.value === '/desk/imports/i1')
  const put = office.asked.find(({ method }) => method === 'PUT')
  expect(put?.path).toMatch(/^\/api\/imports\/[0-9a-f-]{36}$/)
  expect(put?.params).toEqual({ kind: 'people', name: '人员.csv' })
  expect(put?.body).toBe(file)
})

test('what is there can be fetched to be edited; customers only by who sees them', async () => {
  office.on('GET /api/people', () => sheet('人员.xlsx')).on('GET /api/customers', () => sheet('客户.xlsx'))
  seen.draw(<ImportPanel id="new" onClose={() => {}} />)
  seen.tap('人员')
  seen.tap('导出现有的')
  await seen.until(() => names.includes('人员.xlsx'))
  expect(office.last('GET /api/people')?.params).toMatchObject({ format: 'xlsx' })
  seen.tap('客户')
  expect(seen.has('导出现有的')).toBe(false)
  expect(seen.text).toContain('管理员自己看不到客户')
  act(() => {
    session.value = { person: { roles: ['admin', 'supervisor'] } } as unknown as Session
  })
  seen.tap('导出现有的')
  await seen.until(() => names.includes('客户.xlsx'))
})

test.each([
  [{ reason: 'encrypted' }, '表格有密码'],
  [{ reason: 'no_headings', missing: ['网点编码', 'Code'] }, '没找到这一列：网点编码'],
  [{ reason: 'something new' }, '这个表格读不了'],
])('a sheet that cannot be read says why: %o', async (extra, words) => {
  seen.draw(<ImportPanel id="new" onClose={() => {}} />)
  choose(new File(['x'], 'a.xlsx'))
  vi.stubGlobal('fetch', async () => refusal(422, 'sheet_unreadable', extra))
  seen.send()
  await seen.until(() => seen.text.includes(words))
  expect(seen.has('检查一遍')).toBe(true)
})

test('errors are told by cell, with the marked sheet; nothing can be applied', async () => {
  const errors = [
    { row: 7, column: 'F', heading: '开门时间', value: '8点', code: 'bad_time', zh: '写成 08:30', en: 'As 08:30' },
  ]
  office
    .on('GET /api/imports/i1', () => json(body({ wrong: 1, errors, kept_until: new Date(2026, 11, 1).getTime() })))
    .on('GET /api/imports/i1/sheet', () => sheet('人员-有错.xlsx'))
  await open('1 行有错，一行也没导入')
  expect(seen.all('.faults tbody tr')[0]?.textContent).toBe('F7开门时间 8点写成 08:30')
  expect(seen.has('导入')).toBe(false)
  expect(seen.text).toContain('没导入的表格只留到 12月1日')
  seen.tap('下载标好错处的表')
  await seen.until(() => names.includes('人员-有错.xlsx'))
})

test('what was read is applied by its hash; then passwords once, and the way back', async () => {
  office
    .on('GET /api/imports/i1', () => json(body()))
    .on('POST /api/imports/i1/apply', () => json(body({ state: 'applied' })))
    .on('POST /api/imports/i1/passwords', () => sheet('初始密码.xlsx'))
    .on('POST /api/imports/i1/undo', () =>
      refusal(409, 'import_changed', { changed: [{ row: 3, key: 'A3', name: '检查员丙' }] }),
    )
  await open('导入')
  office.on('GET /api/imports/i1', () => json(body({ state: 'applied' })))
  await confirm('导入')
  await seen.until(() => seen.has('下载初始密码'))
  expect(office.last('POST /api/imports/i1/apply')?.body).toEqual({ hash: 'abc' })
  await confirm('下载初始密码')
  await seen.until(() => names.includes('初始密码.xlsx'))
  await seen.until(() => seen.has('撤回这次导入'))
  await confirm('撤回这次导入')
  await seen.until(() => seen.text.includes('动过的：检查员丙'))
})

test('how far the server is, is told as it says; also of an import begun elsewhere', async () => {
  office.on('GET /api/imports/i1', () => json(body({ state: 'applying', done: 3, all: 12 })))
  await open('3/12 行')
  const bar = seen.all('progress')[0] as HTMLProgressElement
  expect([bar.getAttribute('max'), bar.getAttribute('value')]).toEqual(['12', '3'])
  office.on('GET /api/imports/i1', () => json(body({ state: 'applied', done: 12 })))
  await seen.until(() => seen.has('撤回这次导入'))
})

test('a line that breaks while the server works loses nothing: its end is asked for', async () => {
  const states: ImportBody[] = [body({ state: 'applying', done: 5 }), body({ state: 'applied' })]
  office.on('GET /api/imports/i1', () => json(states.shift()))
  const told: number[] = []
  const got = await watched('i1', Promise.resolve({ ok: false, code: 'offline', extra: {} }), ({ done }) =>
    told.push(done),
  )
  expect(got).toMatchObject({ ok: true, value: { state: 'applied' } })
  expect(told).toEqual([5])
})
