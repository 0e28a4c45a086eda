import type { Answer } from '../contract/records.ts'
import type { CompiledCheck } from '../core/standard.ts'
import { points } from '../texts/format.ts'
import { t } from '../texts/index.ts'

/** 扣 1.0 分, 合格, 不适用. */
export function answerWords(answer: Answer, check: CompiledCheck | undefined): string {
  if (answer.result === 'pass') return t('pass')
  if (answer.result === 'na') return t('notApplicable')
  if (answer.result === 'todo') return t('notJudged')
  const rule = check?.rule
  if (rule?.kind === 'veto') return t('vetoed')
  if (!rule?.points) return t('failNoPoints')
  return t('lostPoints', { points: points(rule.counts ? rule.points * (answer.count ?? 1) : rule.points) })
}
