import { openCount } from '../inspections/verdict.ts'
import type { InspectionView } from '../inspections/view.ts'
import { problemText } from '../sync/problemText.ts'
import { t } from '../texts/index.ts'
import { missingPhotos, queueOf } from './queue.ts'
import { say } from './say.ts'

/** One reason why the whole may not be approved yet, and the check where it can be seen to. */
export interface Block {
  words: string
  check?: string | undefined
}

/** Empty when the inspection may be approved; `returning` items are marked but not sent back yet. */
export function blocksOf(view: InspectionView, returning: number): Block[] {
  const refusal = view.refusal('inspection.approve')
  if (refusal) return [{ words: refusal === 'self_review' ? say('blockSelf') : problemText(refusal) }]
  const blocks: Block[] = []
  const todo = openCount(view)
  const missing = missingPhotos(view)
  const { conflicts } = view
  if (conflicts.length > 0) {
    blocks.push({ words: t('blockConflicts', { n: conflicts.length }), check: conflicts[0]?.check })
  }
  if (missing.length > 0) {
    const [first] = missing
    const check = first?.check ?? queueOf(view).find(({ item }) => item === first?.item)?.check
    blocks.push({ words: say('blockPhotos', { n: missing.length }), check })
  }
  if (todo > 0) {
    blocks.push({
      words: say('blockTodo', { n: todo }),
      check: queueOf(view).find(({ kind }) => kind === 'todo')?.check,
    })
  }
  if (returning > 0) blocks.push({ words: say('blockReturns') })
  return blocks
}
