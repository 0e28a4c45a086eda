import { PROBLEMS } from '../contract/problems.ts'
import { problemText } from '../sync/problemText.ts'
import { say } from './say.ts'

/** Whether a code is the server's; what no catalogue knows was no answer of it. */
export const isKnown = (code: string): boolean => code in PROBLEMS

/** Why what was asked for was not done, in the person's words; without an answer nobody knows whether it was. */
export const refusalText = (code: string): string => (isKnown(code) ? problemText(code) : say('noAnswer'))
