import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { Edition } from '../../../pwa/src/contract/edition.ts'
import { score } from '../../../pwa/src/core/scoring.ts'
import { compile } from '../../../pwa/src/core/standard.ts'
import { linesOf, progressOf, sumOf, vetoWords } from '../../../pwa/src/inspections/verdict.ts'

const FILE = resolve(import.meta.dirname, '../../../sync/standards/model-window.json')
const compiled = compile(JSON.parse(readFileSync(FILE, 'utf8')) as Edition)

test('each mark stands with what is left to it, in the steps of the edition', () => {
  const lost = score(compiled, { 'FAC-1.a': { result: 'fail' }, 'ENV-2.d': { result: 'fail' } })
  expect(linesOf(lost, compiled)).toEqual([
    { at: 850, name: '达标', margin: 135 },
    { at: 900, name: '示范', margin: 85 },
  ])
})

test('a veto is told in the words of its check', () => {
  const vetoed = score(compiled, { 'ENV-0.c': { result: 'fail' } })
  expect(vetoWords(vetoed, compiled)).toEqual([compiled.checks.get('ENV-0.c')?.content.zh])
})

test('progress counts what was answered, n/a too', () => {
  const item = compiled.items.get('ENV-2')
  if (!item) throw new Error('no ENV-2')
  const done = progressOf(item, {
    'ENV-2.a': { result: 'pass' },
    'ENV-2.b': { result: 'na' },
    'ENV-2.c': { result: 'todo' },
  })
  expect(done).toEqual({ done: 2, of: 7 })
  expect(sumOf([done, { done: 1, of: 3 }])).toEqual({ done: 3, of: 10 })
})
