import { expect, test } from 'vitest'
import { initialsOf } from '../../../pwa/src/customers/initials.ts'
import { masked } from '../../../pwa/src/customers/mask.ts'
import { alike, type Likeness, nearMatches, plainName } from '../../../pwa/src/customers/near.ts'

const HERE = { lat: 30, lon: 120 }
/** About 150 m and about 400 m to the north. */
const NEAR = { lat: 30.00135, lon: 120 }
const FAR = { lat: 30.0036, lon: 120 }

const known = (values: Partial<Likeness>): Likeness => ({ name: '', phone: null, position: null, ...values })
const matches = (wanted: Partial<Likeness>, one: Partial<Likeness>) =>
  nearMatches(known(wanted), [known(one)]).length === 1

test('a name is compared without signs and legal form', () => {
  expect(plainName('青石桥 文具（批发）有限公司')).toBe('青石桥文具批发')
  expect(plainName('有限公司')).toBe('有限公司')
  expect(alike('青石桥文具店', '青石桥文具店')).toBe(1)
  expect(alike('青石桥文具店', '青石桥文具行')).toBeGreaterThan(0.6)
  expect(alike('青石桥文具店', '望江路药房')).toBe(0)
  expect(alike('', '')).toBe(0)
})

test('the same name or the same number is enough', () => {
  expect(matches({ name: '青石小学' }, { name: '青石 小学' })).toBe(true)
  expect(matches({ name: '青石文具', phone: '139 0000 0042' }, { name: '望江药房', phone: '13900000042' })).toBe(true)
})

test('one sign alone is not enough, two are', () => {
  const shop = { name: '青石桥文具店', phone: '0571-0000142', position: HERE }
  expect(matches({ name: '青石桥文具行' }, shop)).toBe(false)
  expect(matches({ name: '青石桥文具行', phone: '13900000142' }, shop)).toBe(true)
  expect(matches({ name: '青石桥文具行', position: NEAR }, shop)).toBe(true)
  expect(matches({ name: '青石桥文具行', position: FAR }, shop)).toBe(false)
  expect(matches({ name: '望江药房', position: NEAR }, shop)).toBe(false)
  expect(matches({ name: '望江药房', phone: '13900000142', position: NEAR }, shop)).toBe(true)
})

test('a short number has no tail that says anything', () => {
  const shop = { name: '青石桥文具店', phone: '0142' }
  expect(matches({ name: '青石桥文具行', phone: '0142' }, shop)).toBe(false)
})

test('the likeliest comes first, and only a few', () => {
  const shops = ['青石桥文具行', '青石桥文具店', '青石桥文具铺', '青石桥文具社'].map((name) =>
    known({ name, position: NEAR }),
  )
  const found = nearMatches(known({ name: '青石桥文具店', position: HERE }), shops)
  expect(found).toHaveLength(3)
  expect(found[0]?.name).toBe('青石桥文具店')
})

test('initials are spelled as the server spells them, letters and digits as they are', () => {
  expect(initialsOf('青石桥支局')).toBe('qsqzj')
  expect(initialsOf('A 座 3 楼')).toBe('az3l')
})

test('a number shows its head and its tail', () => {
  expect(masked('13900000042')).toBe('139****0042')
  expect(masked('0571-0000042')).toBe('057****0042')
  expect(masked('5550042')).toBe('5****42')
  expect(masked('110')).toBe('****')
})
