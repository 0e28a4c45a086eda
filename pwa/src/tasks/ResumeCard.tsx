import { ScoreRuler } from '../inspections/ScoreRuler.tsx'
import { useInspection } from '../inspections/useInspection.ts'
import { linesOf, nextItem, progressOf, sumOf } from '../inspections/verdict.ts'
import { nameOf, standardTitle } from '../standards/titles.ts'
import { points, recent } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { StateWord } from '../ui/StateWord.tsx'
import { LineWords } from '../ui/VerdictDock.tsx'

/** The inspection under way: how it stands, and the one button back into it. */
export function ResumeCard({ id }: { id: string }) {
  const view = useInspection(id)
  if (!view?.edition || !view.score) return <section class="card card-pad resume resume-wait" />
  const { edition, score, inspection } = view
  const lines = linesOf(score, edition.compiled)
  const onsite = [...edition.compiled.items.values()].filter((item) => item.onsite)
  const progress = sumOf(onsite.map((item) => progressOf(item, view.answers)))
  const next = nextItem(view)
  const place = next ? `/inspections/${id}/${next.code}` : `/inspections/${id}`
  return (
    <section class="card card-pad resume" aria-labelledby="resume">
      <div class="split-wrap">
        <span class="tag">{t('running')}</span>
        <span class="faint tiny n">{t('startedAt', { time: recent(inspection.started_at, Date.now()) })}</span>
        <span class="end">
          <StateWord state={view.state} />
        </span>
      </div>
      <h2 id="resume">
        <a href={`#/inspections/${id}`}>{view.branch?.name}</a>
      </h2>
      <p class="dim small n">
        {standardTitle(edition.row)} · {t('checkedOf', progress)}
      </p>
      <div class="resume-v">
        <span class="score n">
          {points(score.total)}
          <small>{t('provisional')}</small>
        </span>
        <ul class="resume-w small n">
          {lines.map((line) => (
            <li key={line.name}>
              <LineWords line={line} />
            </li>
          ))}
        </ul>
      </div>
      <ScoreRuler score={score} lines={lines} />
      <a class="btn btn-go btn-l btn-full" href={`#${place}`}>
        {next ? t('goOnWith', { item: nameOf(next.content) }) : t('toSubmit')}
      </a>
    </section>
  )
}
