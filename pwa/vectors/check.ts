/** The twin of `sync/vectors/__init__.py`: checks the cases of vector files, each file of one kind. */
import { readFileSync } from 'node:fs'
import { isObject, type Json, type JsonObject, type Run } from './json.ts'
import { openScoring } from './scoring.ts'

const KINDS = new Map<unknown, (content: JsonObject) => Run>([['scoring', openScoring]])

/** Cases of a file; one that cannot be checked fails with all its cases, at least once. */
export function checkFile(path: string, report: (line: string) => void): { passed: number; failed: number } {
  let cases: Json[] = []
  let run: Run
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as Json
    if (!isObject(content) || !Array.isArray(content['cases'])) throw new Error('holds no cases')
    cases = content['cases']
    const open = KINDS.get(content['kind'])
    if (!open) throw new Error(`unknown kind ${JSON.stringify(content['kind'])}`)
    if (cases.length === 0) throw new Error('holds no case')
    run = open(content)
  } catch (error) {
    // Whatever the file holds, the other files are still checked.
    report(`${path}: ${String(error)}`)
    return { passed: 0, failed: Math.max(1, cases.length) }
  }
  let failed = 0
  for (const [index, vector] of cases.entries()) {
    const found = caseDifferences(run, vector)
    if (found.length === 0) continue
    failed += 1
    const name = isObject(vector) ? (vector['name'] ?? index + 1) : index + 1
    report(`${path}: ${String(name)}: ${found.join('; ')}`)
  }
  return { passed: cases.length - failed, failed }
}

function caseDifferences(run: Run, vector: Json): string[] {
  try {
    if (!isObject(vector) || vector['expect'] === undefined) throw new Error('expects nothing')
    return differences(vector['expect'], run(vector), '')
  } catch (error) {
    // A case that crashes is a case that failed.
    return [String(error)]
  }
}

/** Where `actual` differs: objects need the expected keys only, lists match whole and in order. */
export function differences(expected: Json, actual: unknown, path: string): string[] {
  if (isObject(expected) && isObject(actual)) {
    return Object.entries(expected).flatMap(([key, value]) => {
      const where = path ? `${path}.${key}` : key
      return Object.hasOwn(actual, key) ? differences(value, actual[key], where) : [`${where}: is missing`]
    })
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((value, index) => differences(value, actual[index], `${path}[${index}]`))
  }
  return expected === actual ? [] : [`${path}: expected ${JSON.stringify(expected)}, is ${JSON.stringify(actual)}`]
}
