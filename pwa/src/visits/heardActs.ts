/** What a supervisor does about what was heard: the server does it at once, so it needs a signal. */

import type { ProblemCode } from '../contract/problems.ts'
import { type Answer, call, isObject } from '../sync/http.ts'
import { syncNow } from '../sync/now.ts'
import { problemText } from '../sync/problemText.ts'
import { say } from './say.ts'

export interface Inspector {
  id: string
  name: string
}

export interface Check {
  standard: string
  assignees: string[]
  /** Epoch milliseconds. */
  due_at: number
  /** Why, for those who make it and for the visitor. */
  text: string
}

const urlOf = (visit: string) => `/api/suggestions/${visit}`

/** `null` when it is done, else why not, for people. */
function outcome(answer: Answer): string | null {
  if (answer.kind === 'ok') {
    syncNow()
    return null
  }
  return answer.kind === 'problem' ? problemText(answer.code as ProblemCode) : say('heardOffline')
}

const send = async (url: string, body: object): Promise<string | null> =>
  outcome(await call({ method: 'POST', url, body: JSON.stringify(body) }))

/** Gives out a check of the branch, and tells the visitor; `null`, or why not. */
export const orderCheck = (visit: string, check: Check): Promise<string | null> => send(`${urlOf(visit)}/check`, check)

/** Answers the visitor, and with that closes it; `null`, or why not. */
export const answerVisitor = (visit: string, text: string): Promise<string | null> =>
  send(`${urlOf(visit)}/deal`, { text })

/** Who may be asked to check the branch, or why that cannot be told. */
export async function inspectorsFor(visit: string): Promise<{ people: Inspector[] } | { wrong: string }> {
  const answer = await call({ method: 'GET', url: `${urlOf(visit)}/inspectors` })
  if (answer.kind === 'ok' && isObject(answer.body)) return { people: answer.body['people'] as Inspector[] }
  return { wrong: outcome(answer) ?? say('heardOffline') }
}
