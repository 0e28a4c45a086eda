import { PROBLEMS, type ProblemCode } from '../contract/problems.ts'
import { inLanguage } from '../texts/index.ts'

/** A refusal of the catalogue in the person's language. */
export function problemText(code: string): string {
  const problem = PROBLEMS[code as ProblemCode]
  return problem ? inLanguage(problem.zh, problem.en) : code
}
