import { describe, expect, test } from 'vitest'
import { nextSort, otherwise, pageOf, sortOf, toServer } from '../../../pwa/src/desk/asked.ts'

const known = { filters: ['unit', 'status'], sorts: ['code', 'name'], sort: 'code', size: 50 }

describe('a list asked otherwise', () => {
  test('begins at its first page, and leaves out what is empty', () => {
    expect(otherwise('page=3&q=a&status=open', { q: 'ab', status: '' })).toBe('q=ab')
  })

  test('may turn the page alone', () => {
    expect(otherwise('q=a', { page: '3' })).toBe('page=3&q=a')
    expect(otherwise('page=2&q=a', { page: '1' })).toBe('q=a')
  })
})

describe('what goes to the server', () => {
  test('is what the list knows, with its own order and size', () => {
    expect(toServer('q=%E9%9D%92&status=open&colour=red&page=2', known)).toBe(
      'q=%E9%9D%92&status=open&sort=code&page=2&size=50',
    )
  })

  test('an order no column has, and a page that is none, are the list’s own', () => {
    expect(sortOf('sort=-shoe', known)).toBe('code')
    expect(sortOf('sort=-name', known)).toBe('-name')
    expect([pageOf('page=0'), pageOf('page=x'), pageOf('page=1.5'), pageOf('')]).toEqual([1, 1, 1, 1])
  })
})

test('a head is tapped upwards, downwards, and as it was', () => {
  expect([nextSort('', 'name'), nextSort('name', 'name'), nextSort('-name', 'name')]).toEqual(['name', '-name', ''])
  expect(nextSort('-code', 'name')).toBe('name')
})
