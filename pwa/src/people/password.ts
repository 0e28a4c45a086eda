import type { ProblemCode } from '../contract/problems.ts'
import { problemText } from '../sync/problemText.ts'
import { password as en } from '../texts/en/password.ts'
import { t } from '../texts/index.ts'
import { part } from '../texts/part.ts'
import { password as zh } from '../texts/zh/password.ts'

/** The texts of choosing a password. */
export const say = part(zh, en)

/** Why nothing is sent: a sign-in that ran out, or a first password that must give way. */
export const pausedTitle = (code: ProblemCode): string =>
  code === 'password_change_required' ? problemText(code) : t('expiredTitle')

/** What to do about it. */
export const wayOn = (code: ProblemCode): string =>
  code === 'password_change_required' ? say('choose') : t('signInSend')
