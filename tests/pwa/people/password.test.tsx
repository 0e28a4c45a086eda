import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PasswordForm } from '../../../pwa/src/people/PasswordForm.tsx'
import { SignInScreen } from '../../../pwa/src/people/SignInScreen.tsx'
import { session } from '../../../pwa/src/people/session.ts'
import { path } from '../../../pwa/src/router.ts'
import { at, json, Office, refusal, Seen } from '../desk/office.ts'
import { somebody } from '../phone.ts'

let office: Office
let seen: Seen

beforeEach(() => {
  localStorage.clear()
  session.value = null
  office = new Office().open()
  seen = new Seen()
  at('/sign-in')
})

afterEach(() => {
  seen.clear()
  session.value = null
  vi.unstubAllGlobals()
})

const body = (id: string) => ({ person: { id, name: '甲', roles: [], home: 'u' }, device: 17, audiences: [] })

test('who comes with a first password chooses another one, without typing the first again', async () => {
  const person = somebody()
  office
    .on('POST /api/session', () => json({ ...body(person), must_change_password: true }, 201))
    .on('PUT /api/session/password', () => json(body(person)))
  seen.draw(<SignInScreen />)
  seen.write('工号', 'A0317')
  seen.write('密码', 'tano-kire-84')
  seen.send()
  await seen.until(() => seen.text.includes('先换成自己的密码'))
  seen.write('新密码', 'short')
  seen.send()
  expect(seen.fault('新密码')).toBe('新密码至少 8 位')
  seen.write('新密码', 'ein neuer Satz')
  seen.send()
  await seen.until(() => path.value === '/')
  expect(office.last('PUT /api/session/password')?.body).toEqual({
    password: 'tano-kire-84',
    new_password: 'ein neuer Satz',
  })
  expect(session.value?.paused).toBeNull()
})

test('each refusal stands at its field', async () => {
  const chosen = vi.fn()
  seen.draw(<PasswordForm login="A0317" onChosen={chosen} />)
  seen.write('新密码', 'A0317xyzz')
  seen.send()
  expect(seen.fault('现在的密码')).toBe('先写现在的密码')
  office.on('PUT /api/session/password', () => refusal(422, 'wrong_password'))
  seen.write('现在的密码', 'falsch')
  seen.send()
  await seen.until(() => seen.fault('现在的密码') !== '先写现在的密码' && seen.fault('现在的密码') !== '')
  office.on('PUT /api/session/password', () => refusal(422, 'weak_password'))
  seen.send()
  await seen.until(() => seen.fault('新密码').includes('至少 8 位，不能和账号'))
  office.on('PUT /api/session/password', () => Promise.reject(new TypeError('offline')))
  seen.send()
  await seen.until(() => seen.fault('新密码').includes('没连上服务器'))
  office.on('PUT /api/session/password', () => json({}))
  seen.send()
  await seen.until(() => chosen.mock.calls.length === 1)
})
