import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { type Listed, listSha256, listText } from '../../../pwa/src/core/deductions.ts'

const FOLDER = resolve(import.meta.dirname, '../../../sync/vectors/deductions')

interface Vector extends Listed {
  name: string
  standard: string
  text: string
  sha256: string
}

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'))
const vectors = files.flatMap((file) => JSON.parse(readFileSync(resolve(FOLDER, file), 'utf8')) as Vector[])

test('there are vectors', () => {
  expect(vectors.length).toBeGreaterThan(5)
})

test.each(vectors)('the list is the same text here and on the server: $name', async (vector) => {
  expect(listText(vector.standard, vector)).toBe(vector.text)
  expect(await listSha256(vector.standard, vector)).toBe(vector.sha256)
})
