import { beforeEach, describe, expect, test } from 'vitest'
import { ask, go, match, path, query } from '../../../pwa/src/router.ts'

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

describe('what a place is asked for', () => {
  const arrive = async (hash: string) => {
    const heard = new Promise((done) => addEventListener('hashchange', done, { once: true }))
    location.hash = hash
    await heard
  }

  beforeEach(async () => {
    if (location.hash !== '#/') await arrive('/')
  })

  test('is no part of the place', async () => {
    await arrive(`/desk/branches?q=${encodeURIComponent('青?&')}&page=2`)
    expect(path.value).toBe('/desk/branches')
    expect(match('/desk/:list', path.value)).toEqual({ list: 'branches' })
    expect(new URLSearchParams(query.value).get('q')).toBe('青?&')
  })

  test('changes without a step in the history', async () => {
    await arrive('/desk/branches?q=a')
    const steps = history.length
    ask('q=ab')
    expect([location.hash, path.value, query.value, history.length]).toEqual([
      '#/desk/branches?q=ab',
      '/desk/branches',
      'q=ab',
      steps,
    ])
    ask('')
    expect(location.hash).toBe('#/desk/branches')
  })

  test('changed from an open sheet stays when the sheet steps back', async () => {
    await arrive('/desk/branches?q=a')
    history.pushState({ sheet: 1 }, '')
    const moved = new Promise((done) => addEventListener('hashchange', done, { once: true }))
    ask('unit=7')
    await moved
    expect([location.hash, path.value, query.value]).toEqual(['#/desk/branches?unit=7', '/desk/branches', 'unit=7'])
    expect(history.state?.sheet).toBeUndefined()
  })

  test('is gone at the next place', async () => {
    await arrive('/desk/branches?q=a')
    const moved = new Promise((done) => addEventListener('hashchange', done, { once: true }))
    go('/desk/branches')
    await moved
    expect([path.value, query.value]).toEqual(['/desk/branches', ''])
  })
})
