import { getBranch } from '../branches/queries.ts'
import { useLater } from '../database/live.ts'
import { day, points } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { Ruler } from '../ui/Ruler.tsx'
import { linesOf } from './verdict.ts'
import type { InspectionView } from './view.ts'

/** The last three results at this branch, on the same ruler. */
export function LastThree({ view }: { view: InspectionView }) {
  const branch = view.inspection.branch
  const here = useLater(() => getBranch(branch), [branch])
  const past = (here?.inspections ?? [])
    .filter((row) => row.id !== view.id && (row.status === 'submitted' || row.status === 'approved'))
    .flatMap((row) => {
      const total = row.score?.['total']
      return typeof total === 'number' ? [{ id: row.id, at: row.started_at, total }] : []
    })
    .slice(0, 3)
  if (past.length === 0 || !view.score || !view.edition) return null
  const { max } = view.score
  const marks = linesOf(view.score, view.edition.compiled)
  return (
    <>
      <div class="sec">
        <h2>{t('lastThree')}</h2>
      </div>
      <ul class="card rows hist small">
        {past.map(({ id, at, total }) => (
          <li class="n" key={id}>
            <span>{day(at)}</span>
            <Ruler small total={total} max={max} marks={marks} label={`${points(total)} ${t('pointsUnit')}`} />
            <b>{points(total)}</b>
          </li>
        ))}
      </ul>
    </>
  )
}
