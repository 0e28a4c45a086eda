/**
 * Scores many cases in one process, for comparison with the other implementation: from standard input
 * `{"standards": [...], "cases": [{"standard": index, "answers", "third_party"}]}`, to standard output one
 * line a case, the score or `{"refused": code}`.
 */
import { readFileSync } from 'node:fs'
import {
  type Answers,
  BadAnswer,
  type Compiled,
  compile,
  openChecks,
  type StandardContent,
  score,
} from '../src/core/scoring.ts'

interface Input {
  standards: StandardContent[]
  cases: { standard: number; answers: Answers; third_party: number | null }[]
}

function outcome(standard: Compiled | undefined, { answers, third_party }: Input['cases'][number]): unknown {
  try {
    if (!standard) throw new Error('no such standard')
    const open = [true, false, null].map((onsite) => openChecks(standard, answers, onsite))
    return { score: score(standard, answers, third_party), open }
  } catch (error) {
    if (error instanceof BadAnswer) return { refused: error.code }
    throw error
  }
}

const input = JSON.parse(readFileSync(0, 'utf8')) as Input
const standards = input.standards.map(compile)
process.stdout.write(input.cases.map((one) => `${JSON.stringify(outcome(standards[one.standard], one))}\n`).join(''))
