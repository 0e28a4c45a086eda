/** What a scanned label is here: the phone knows by itself; only for one it does not know the server is asked. */

import { call, isObject } from '../../sync/http.ts'
import { syncNow } from '../../sync/now.ts'
import { branchOfTag, nameOfBranch, tagOf } from '../queries.ts'
import type { Read } from './label.ts'

export type Why = 'lost' | 'copied' | 'worn'

/** What becomes of a label. `open`: go to the branch. `away`: no server to ask. */
export type Verdict =
  | { is: 'open'; branch: string }
  | { is: 'retired'; branch: string; name: string | undefined; since: number; why: Why | undefined }
  | { is: 'unknown' }
  | { is: 'away' }
  | { is: 'elsewhere'; host: string }
  | { is: 'signed-out' }

const PATIENCE = 8_000

function retired(body: Record<string, unknown>, name: string | undefined): Verdict {
  const { branch, since, why } = body
  const known = why === 'lost' || why === 'copied' || why === 'worn' ? why : undefined
  return { is: 'retired', branch: String(branch), name, since: Number(since), why: known }
}

/** Asks the server about a label the phone does not know. */
async function asked(tag: string): Promise<Verdict> {
  const answer = await call({ method: 'GET', url: `/api/labels/${tag}`, timeout: PATIENCE })
  if (answer.kind === 'noise') return { is: 'away' }
  if (answer.kind === 'problem') {
    if (answer.status === 401) return { is: 'signed-out' }
    return answer.status === 404 ? { is: 'unknown' } : { is: 'away' }
  }
  if (!isObject(answer.body) || typeof answer.body['branch'] !== 'string') return { is: 'away' }
  const branch = answer.body['branch']
  const name = await nameOfBranch(branch)
  if (answer.body['state'] === 'retired') return retired(answer.body, name)
  // the label is newer than what this phone was told
  syncNow()
  return name === undefined ? { is: 'unknown' } : { is: 'open', branch }
}

/** A label of another address may still be ours: a server can have several, and the secret decides. */
export async function recognise(label: Extract<Read, { kind: 'label' }>): Promise<Verdict> {
  const tag = await tagOf(label.token)
  const branch = await branchOfTag(tag)
  if (branch !== undefined) return { is: 'open', branch }
  const verdict = await asked(tag)
  const helpless = verdict.is === 'away' || verdict.is === 'unknown' || verdict.is === 'signed-out'
  return helpless && !label.ours ? { is: 'elsewhere', host: label.host } : verdict
}
