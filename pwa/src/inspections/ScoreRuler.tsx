import type { Score } from '../core/scoring.ts'
import { type Line, verdictSentence } from '../ui/margins.ts'
import { Ruler } from '../ui/Ruler.tsx'

interface Props {
  score: Score
  lines: readonly Line[]
  small?: boolean
}

/** The ruler of a score, with its whole state in a sentence for readers of the screen. */
export function ScoreRuler({ score, lines, small = false }: Props) {
  const label = verdictSentence(score.total, lines, score.vetoes.length)
  return <Ruler total={score.total} max={score.max} marks={lines} label={label} small={small} />
}
