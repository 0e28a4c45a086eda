import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { revision } from '../../../pwa/src/desk/api.ts'
import { BranchPanel } from '../../../pwa/src/desk/BranchPanel.tsx'
import { DevicePanel } from '../../../pwa/src/desk/DevicePanel.tsx'
import { PersonPanel } from '../../../pwa/src/desk/PersonPanel.tsx'
import type { DeviceRow } from '../../../pwa/src/desk/rows.ts'
import { UnitPanel } from '../../../pwa/src/desk/UnitPanel.tsx'
import { path } from '../../../pwa/src/router.ts'
import { wide } from '../../../pwa/src/shell/wide.ts'
import { at, json, Office, page, refusal, Seen } from './office.ts'
import { branch, device, person, unit } from './rows.ts'

let office: Office
let seen: Seen
const stay = () => {}

beforeEach(() => {
  office = new Office().open()
  seen = new Seen()
  wide.value = true
  at('/desk/branches')
})

afterEach(() => {
  seen.clear()
  vi.unstubAllGlobals()
})

/** Draws a panel and waits for its record. */
async function open(panel: preact.VNode, words: string) {
  seen.draw(panel)
  await seen.until(() => seen.text.includes(words))
}

/** Answers the question that lies on top. */
async function confirm(words: string, ...means: string[]) {
  await seen.until(() => seen.all('dialog').length === 1)
  for (const meaning of means) expect(seen.all('dialog')[0]?.textContent).toContain(meaning)
  seen.tap(words)
}

const pick = async (button: RegExp, place: RegExp) => {
  seen.tap(button)
  await seen.until(() => seen.has(place))
  seen.tap(place)
}

test('a branch: only what was changed is sent; what the server refuses stands at its field', async () => {
  office.on('GET /api/branches/7', () => json(branch('7'))).on('PUT /api/branches/7', () => refusal(409, 'code_taken'))
  await open(<BranchPanel id="7" onClose={stay} />, '7支局')
  seen.write('代码', '3301')
  seen.write('人数', 'viele')
  seen.send()
  expect(seen.fault('人数')).toBe('写一个整数')
  expect(office.last('PUT /api/branches/7')).toBeUndefined()
  seen.write('人数', '9')
  seen.send()
  await seen.until(() => seen.fault('代码') !== '')
  expect(office.last('PUT /api/branches/7')?.body).toEqual({ code: '3301', staff_count: 9 })
  office.on('PUT /api/branches/7', () => json({})).on('GET /api/branches/7', () => json(branch('7', { code: '3301' })))
  seen.write('代码', '3302')
  expect(seen.fault('代码')).toBe('')
  seen.send()
  await seen.until(() => seen.field('代码').value === '3301')
})

test('a branch is moved only after it was said what that means', async () => {
  office
    .on('GET /api/branches/7', () => json(branch('7')))
    .on('GET /api/units', () => page([unit('西屿')]))
    .on('PUT /api/branches/7', () => json({}))
  await open(<BranchPanel id="7" onClose={stay} />, '7支局')
  await pick(/^所属/, /西屿县/)
  await seen.until(() => seen.all('dialog').length === 0)
  seen.send()
  await confirm('移动', '以后由“西屿县”的督导和管理员管')
  await seen.until(() => office.last('PUT /api/branches/7'))
  expect(office.last('PUT /api/branches/7')?.body).toEqual({ unit: '西屿' })
})

test('a branch is closed after a question; what another administrator looks after is only shown', async () => {
  office.on('GET /api/branches/7', () => json(branch('7'))).on('PUT /api/branches/7', () => json({}))
  await open(<BranchPanel id="7" onClose={stay} />, '7支局')
  seen.tap('设为停业')
  await confirm('设为停业', '以前的检查都留着')
  await seen.until(() => office.last('PUT /api/branches/7'))
  expect(office.last('PUT /api/branches/7')?.body).toEqual({ status: 'closed' })
  seen.clear()
  office.on('GET /api/branches/8', () => json(branch('8', { editable: false })))
  await open(<BranchPanel id="8" onClose={stay} />, '归别的管理员管')
  expect(seen.all('form, .more-acts')).toEqual([])
})

test('a new branch begins empty, is made whole, and opens', async () => {
  office
    .on('GET /api/units', () => page([unit('东岭')]))
    .on('POST /api/branches', ({ body }) => json(branch('9', body as object), 201))
  await open(<BranchPanel id="new" onClose={stay} />, '新网点')
  seen.send()
  expect([seen.fault('名称'), seen.fault('代码')]).toEqual(['先写名称', '先写代码'])
  seen.write('名称', '柳塘支局')
  seen.write('代码', '3309')
  seen.write('几点开门', '8:30')
  seen.write('位置', '30.1，120.2')
  await pick(/^所属/, /东岭县/)
  seen.send()
  expect(seen.fault('几点开门')).toBe('写成 08:30 这样')
  seen.write('几点开门', '08:30')
  seen.write('几点关门', '17:30')
  seen.send()
  await seen.until(() => office.last('POST /api/branches'))
  expect(office.last('POST /api/branches')?.body).toMatchObject({
    name: '柳塘支局',
    code: '3309',
    kind: 'post_office',
    unit: '东岭',
    address: null,
    staff_count: null,
    opens: '08:30',
    position: { lat: 30.1, lon: 120.2 },
  })
  await seen.until(() => path.value === '/desk/branches/9')
})

test('a person’s roles are chosen with their places and sent whole, after who they are', async () => {
  office
    .on('GET /api/people/1', () => json(person('1')))
    .on('GET /api/units', () => page([]))
    .on('GET /api/branches', () => page([branch('青石')]))
    .on('PUT /api/people/1', () => json(person('1')))
    .on('PUT /api/people/1/grants', () => refusal(409, 'last_admin'))
  await open(<PersonPanel id="1" onClose={stay} />, '检查员1')
  seen.write('姓名', '检查员新')
  seen.tap('加一个角色')
  const roles = seen.all('select') as HTMLSelectElement[]
  expect(roles).toHaveLength(2)
  seen.tap(/^管哪里 东岭县/)
  await seen.until(() => seen.all('dialog').length === 1)
  seen.write('找单位或网点', '青')
  await seen.until(() => seen.has(/青石支局/))
  seen.tap(/青石支局/)
  seen.send()
  await seen.until(() => office.last('PUT /api/people/1/grants'))
  expect(office.last('PUT /api/people/1')?.body).toEqual({ name: '检查员新' })
  expect(office.last('PUT /api/people/1/grants')?.body).toEqual({
    grants: [
      { role: 'inspector', unit: 'county' },
      { role: 'inspector', branch: '青石' },
    ],
  })
  await seen.until(() => seen.all('.grants [role=alert]').length === 1)
})

test('a new person’s first password is shown once, to be copied', async () => {
  const copied: string[] = []
  vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: async (text: string) => copied.push(text) } })
  office
    .on('GET /api/units', () => page([unit('东岭')]))
    .on('POST /api/people', () => json({ person: person('5'), login: 'A5', password: 'tano-kire-84' }, 201))
  await open(<PersonPanel id="new" onClose={stay} />, '新人员')
  seen.write('姓名', '检查员5')
  seen.write('工号', 'A5')
  await pick(/^所在/, /东岭县/)
  seen.tap('加一个角色')
  seen.send()
  await seen.until(() => seen.text.includes('tano-kire-84'))
  expect(office.last('POST /api/people')?.body).toEqual({
    name: '检查员5',
    login: 'A5',
    home: '东岭',
    grants: [{ role: 'inspector', unit: '东岭' }],
  })
  seen.tap('复制')
  await seen.until(() => seen.text.includes('已复制'))
  expect(copied).toEqual(['工号 A5，初始密码 tano-kire-84'])
  seen.tap('记下了')
  await seen.until(() => path.value === '/desk/people/5')
})

test('whoever is given a login gets a first password with it, shown once', async () => {
  let row = person('1', { login: null, account: 'none' })
  office
    .on('GET /api/people/1', () => json(row))
    .on('PUT /api/people/1', () => {
      row = person('1', { login: 'A1', account: 'first' })
      return json(row)
    })
    .on('POST /api/people/1/password', () => json({ login: 'A1', password: 'mola-9' }))
  await open(<PersonPanel id="1" onClose={stay} />, '检查员1')
  seen.write('姓名', '检查员一')
  seen.send()
  await seen.until(() => office.last('PUT /api/people/1'))
  await seen.until(() => seen.has('重置密码'))
  expect(office.last('POST /api/people/1/password')).toBeUndefined()
  row = person('1', { login: null, account: 'none' })
  revision.value += 1
  await seen.until(() => !seen.has('重置密码'))
  seen.write('工号', ' A1 ')
  seen.send()
  await seen.until(() => seen.text.includes('mola-9'))
  expect(office.last('PUT /api/people/1')?.body).toEqual({ login: 'A1' })
  await seen.until(() => seen.has('重置密码'))
  expect(seen.text, 'the row that came anew does not take it away').toContain('mola-9')
  seen.tap('记下了')
  await seen.until(() => seen.all('dialog').length === 0)
  seen.write('工号', 'A2')
  seen.send()
  await seen.until(() => JSON.stringify(office.last('PUT /api/people/1')?.body) === '{"login":"A2"}')
  expect(office.asked.filter(({ path }) => path.endsWith('/password'))).toHaveLength(1)
})

test('a first password that did not come is told, until one did', async () => {
  let row = person('1', { login: null, account: 'none' })
  office
    .on('GET /api/people/1', () => json(row))
    .on('PUT /api/people/1', () => {
      row = person('1', { login: 'A1', account: 'first' })
      return json(row)
    })
  await open(<PersonPanel id="1" onClose={stay} />, '检查员1')
  seen.write('工号', 'A1')
  seen.send()
  await seen.until(() => seen.text.includes('初始密码没有拿到'))
  await seen.until(() => seen.has('重置密码'))
  office.on('POST /api/people/1/password', () => json({ login: 'A1', password: 'mola-9' }))
  seen.tap('重置密码')
  await confirm('重置密码', '旧密码马上不能用')
  await seen.until(() => seen.text.includes('mola-9'))
  expect(seen.text).not.toContain('初始密码没有拿到')
})

test('a taken login stands at the login; a password is reset, a person put out, each after a question', async () => {
  office
    .on('GET /api/people/1', () => json(person('1')))
    .on('PUT /api/people/1', () => refusal(409, 'login_taken'))
    .on('POST /api/people/1/password', () => json({ login: 'A1', password: 'mola-9' }))
  await open(<PersonPanel id="1" onClose={stay} />, '检查员1')
  seen.write('工号', 'A2')
  seen.send()
  await seen.until(() => seen.fault('工号') !== '')
  seen.tap('重置密码')
  await confirm('重置密码', '旧密码马上不能用')
  await seen.until(() => seen.text.includes('mola-9'))
  seen.tap('记下了')
  office.on('PUT /api/people/1', () => json(person('1', { active: false })))
  await seen.until(() => seen.all('dialog').length === 0)
  seen.tap('停用')
  await confirm('停用', '同事可以接手')
  await seen.until(() => JSON.stringify(office.last('PUT /api/people/1')?.body) === '{"active":false}')
})

test('a device is signed out or put out of use; what waits on it is said first', async () => {
  const waiting = { changes: 3, photos: 2, bytes: 9, oldest: 1 }
  office
    .on('GET /api/devices/31', () => json(device(31, { pending: waiting })))
    .on('DELETE /api/devices/31', () => new Response(null, { status: 204 }))
    .on('DELETE /api/devices/31/session', () => new Response(null, { status: 204 }))
  await open(<DevicePanel id="31" onClose={stay} />, '检查员甲')
  seen.tap('让它退出登录')
  await confirm('让它退出登录', '上面还有3 条改动、2 张照片没发出，本人登录后接着发')
  await seen.until(() => office.last('DELETE /api/devices/31/session'))
  await seen.until(() => office.asked.filter(({ method }) => method === 'GET').length === 2)
  seen.tap('停用这台设备')
  await confirm('停用这台设备', '停用以后发不出来', '请同时重置密码')
  await seen.until(() => office.last('DELETE /api/devices/31'))
})

test('a lost phone is emptied when it is heard again; what it holds is given up by name, and said first', async () => {
  const waiting = { changes: 3, photos: 0, bytes: 0, oldest: 1 }
  const lost = (values: Partial<DeviceRow>) => json(device(31, { pending: waiting, ...values }))
  office
    .on('GET /api/devices/31', () => lost({}))
    .on('DELETE /api/devices/31', () => new Response(null, { status: 204 }))
  await open(<DevicePanel id="31" onClose={stay} />, '检查员甲')
  const revoked = { state: 'revoked', revoked_at: 1, revoked_by: { id: 'two', name: '督导乙' }, wipe: 'asked' } as const
  office.on('GET /api/devices/31', () => lost(revoked))
  seen.tap('停用并清空')
  await confirm('停用并清空', '先留着。找不回来的，停用以后再“放弃没发出的”', '请同时重置密码')
  await seen.until(() => seen.text.includes('督导乙'))
  expect(office.last('DELETE /api/devices/31')?.params).toEqual({ wipe: 'true' })
  office.on('GET /api/devices/31', () =>
    lost({ ...revoked, wipe: 'given_up', given_up_by: { id: 'two', name: '督导乙' } }),
  )
  seen.tap('放弃没发出的')
  await confirm('放弃没发出的', '3 条改动不再等了')
  await seen.until(() => seen.text.includes('由 督导乙 放弃'))
  expect(office.last('DELETE /api/devices/31')?.params).toEqual({ wipe: 'true', give_up: 'true' })
  expect(seen.all('.more-acts button')).toEqual([])
})

test('also what nobody knows of can be given up: a lost phone may have gone on without a network', async () => {
  const lost = { state: 'revoked', revoked_at: 1, wipe: 'asked', pending: null } as const
  office
    .on('GET /api/devices/31', () => json(device(31, lost)))
    .on('DELETE /api/devices/31', () => new Response(null, { status: 204 }))
  await open(<DevicePanel id="31" onClose={stay} />, '检查员甲')
  seen.tap('放弃没发出的')
  await confirm('放弃没发出的', '不知道上面还有没有没发出的')
  await seen.until(() => office.last('DELETE /api/devices/31')?.params['give_up'] === 'true')
})

test('a unit moves with all below it, and says how much that is; its level is judged by the server', async () => {
  office
    .on('GET /api/units/东岭', () => json(unit('东岭')))
    .on('GET /api/units', () => page([unit('栖梧', { level: 'city' })]))
    .on('PUT /api/units/东岭', () => refusal(422, 'wrong_level'))
  await open(<UnitPanel id="东岭" onClose={stay} />, '东岭县')
  await pick(/^上级/, /栖梧县/)
  seen.send()
  await confirm('移动', '连同下面的 3 个网点和 2 个人')
  await seen.until(() => seen.fault('级别') !== '')
  expect(office.last('PUT /api/units/东岭')?.body).toEqual({ parent: '栖梧' })
})

test('what is not there any more, or cannot be reached, says so', async () => {
  office.on('GET /api/branches/7', () => refusal(404, 'not_found'))
  await open(<BranchPanel id="7" onClose={stay} />, '没有找到')
  seen.clear()
  office.on('GET /api/branches/7', () => Promise.reject(new TypeError('offline')))
  await open(<BranchPanel id="7" onClose={stay} />, '没连上服务器')
  office.on('GET /api/branches/7', () => json(branch('7')))
  seen.tap('再试')
  await seen.until(() => seen.text.includes('7支局'))
})

test('an answer that was lost is not told as nothing done: what is shown is looked up', async () => {
  office.on('GET /api/devices/31', () => json(device(31)))
  await open(<DevicePanel id="31" onClose={stay} />, '31')
  office
    .on('DELETE /api/devices/31', () => Promise.reject(new TypeError('cut')))
    .on('GET /api/devices/31', () => json(device(31, { state: 'revoked', revoked_at: 5 })))
  seen.tap('停用这台设备')
  await confirm('停用这台设备')
  await seen.until(() => seen.text.includes('可能没做，也可能做成了'))
  await seen.until(() => !seen.text.includes('停用这台设备'))
})
