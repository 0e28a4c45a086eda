/** `npm run vectors -- FILE…`: checks vector files; exit code 1 if anything failed or there was no case. */
import { resolve } from 'node:path'
import { checkFile } from './check.ts'

// npm runs scripts in the package's folder and tells the caller's in INIT_CWD.
const caller = process.env['INIT_CWD'] ?? process.cwd()
let passed = 0
let failed = 0
for (const path of process.argv.slice(2)) {
  const result = checkFile(resolve(caller, path), console.log)
  passed += result.passed
  failed += result.failed
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = passed > 0 && failed === 0 ? 0 : 1
