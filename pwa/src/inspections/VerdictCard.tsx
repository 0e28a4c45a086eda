import type { Score } from '../core/scoring.ts'
import type { Compiled } from '../core/standard.ts'
import { points, wholePoints } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { type Line, marginWords } from '../ui/margins.ts'
import { ScoreRuler } from './ScoreRuler.tsx'
import { linesOf } from './verdict.ts'
import type { InspectionView } from './view.ts'

function LineRow({ line }: { line: Line }) {
  const { words, missed } = marginWords(line.margin)
  return (
    <li class={missed ? 'c-fail' : undefined}>
      <Icon name={missed ? 'flag' : 'ok-circle'} />
      <span>{t('lineLong', { name: line.name, at: wholePoints(line.at) })}</span>
      <b class="n">{t('withUnit', { words })}</b>
    </li>
  )
}

function VetoRow({ compiled, answers }: { compiled: Compiled; answers: InspectionView['answers'] }) {
  const vetoes = [...compiled.checks.values()].filter(({ rule }) => rule?.kind === 'veto')
  if (vetoes.length === 0) return null
  const failed = vetoes.filter(({ code }) => answers[code]?.result === 'fail').length
  const open = vetoes.filter(({ code }) => (answers[code]?.result ?? 'todo') === 'todo').length
  const words = failed
    ? t('vetoFailed', { n: failed })
    : open
      ? t('vetoOpen', { n: open })
      : t('vetoAllPass', { n: vetoes.length })
  return (
    <li class={failed ? 'c-fail' : undefined}>
      <Icon name={failed ? 'veto' : 'shield'} />
      <span>{t('vetoes')}</span>
      <b class="n">{words}</b>
    </li>
  )
}

interface Props {
  score: Score
  compiled: Compiled
  answers: InspectionView['answers']
}

/** The verdict as it stands: total, ruler, what may still be lost, vetoes. */
export function VerdictCard({ score, compiled, answers }: Props) {
  const lines = linesOf(score, compiled)
  return (
    <section class="verdict card" aria-labelledby="verdict">
      <h2 id="verdict" class="vh">
        {t('scoreNow')}
      </h2>
      <div class="verdict-top">
        <p class="score n">
          {points(score.total)}
          <small>{score.verdict?.provisional ? t('provisional') : t('pointsUnit')}</small>
        </p>
        <dl class="verdict-p small">
          <div>
            <dt>{t('onSite')}</dt>
            <dd class="n">
              <b>{points(score.onsite.score)}</b>/{wholePoints(score.onsite.of)}
            </dd>
          </div>
          {score.desk.of > 0 && (
            <div>
              <dt>{t('atDesk')}</dt>
              <dd class="n">
                <b>{score.desk.complete ? points(score.desk.score) : '—'}</b>/{wholePoints(score.desk.of)}
              </dd>
            </div>
          )}
        </dl>
      </div>
      <ScoreRuler score={score} lines={lines} />
      <ul class="verdict-w">
        {lines.map((line) => (
          <LineRow line={line} key={line.name} />
        ))}
        <VetoRow compiled={compiled} answers={answers} />
      </ul>
      {score.verdict?.provisional && <p class="hint">{t('noThirdParty')}</p>}
    </section>
  )
}
