import { beforeEach, describe, expect, test } from 'vitest'
import { go, match, path } from '../../../pwa/src/router.ts'

describe('match', () => {
  test('names the parts of a place', () => {
    expect(match('/inspections/:id/:item', '/inspections/7/ENV-2')).toEqual({ id: '7', item: 'ENV-2' })
  })

  test('is exact in length and words', () => {
    expect(match('/branches/:id', '/branches')).toBeNull()
    expect(match('/branches/:id', '/inspections/7')).toBeNull()
    expect(match('/branches', '/branches')).toEqual({})
  })
})

describe('go', () => {
  beforeEach(() => {
    location.hash = ''
    path.value = '/'
  })

  test('moves by the hash', () => {
    go('/branches')
    expect(location.hash).toBe('#/branches')
  })

  test('to the present place does nothing', () => {
    go('/')
    expect(location.hash).toBe('')
  })
})
