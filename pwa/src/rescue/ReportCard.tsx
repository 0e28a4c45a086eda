import { problemText } from '../sync/problemText.ts'
import { typeWord } from '../sync/typeWord.ts'
import { moment } from '../texts/format.ts'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import type { Fate, Report } from './bringing.ts'
import './rescue.css'
import { say } from './say.ts'

function becameOf({ n, outcome, code }: Fate): string {
  if (n === 0 && code === 'not_found') return say('photoNoRecord')
  if (outcome === 'held') return `${say('held')} · ${problemText(code)}`
  if (outcome === 'conflict') return say('conflict')
  return `${say('refusedNow')} · ${problemText(code)}`
}

/** What a file brought, and whether it may be thrown away. */
export function ReportCard({ report }: { report: Report }) {
  const { photos, fates } = report
  const before = Object.values(report.refused_before).reduce((sum, count) => sum + count, 0)
  const rows = [
    [say('new'), report.new, true],
    [say('already'), report.already, true],
    [say('storedPhotos'), photos.stored, true],
    [say('alreadyPhotos'), photos.already, photos.already > 0],
    [say('missingPhotos'), photos.missing, photos.missing > 0],
    [say('refusedBefore'), before, before > 0],
  ] as const
  return (
    <section class="stack" role="status">
      <div>
        <p class="row-t">
          <Icon name="ok-circle" /> {say('report')}
        </p>
        <p class="small dim n">
          {say('reportOf', { name: report.person.name, device: report.device })} · {moment(report.made_at, Date.now())}
        </p>
        {report.vouched && <p class="small dim">{say('tagVouched')}</p>}
      </div>
      <dl class="card card-pad rescue-kv n">
        {rows.map(([word, count, shown]) =>
          shown ? (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{count}</dd>
            </div>
          ) : null,
        )}
      </dl>
      {fates.length > 0 && (
        <div>
          <p class="legend">{say('fates')}</p>
          <ul class="card rows">
            {fates.map((fate, at) => (
              <li class="card-pad" key={`${fate.n}-${at}`}>
                <span class="row-t">{typeWord(fate.type)}</span>
                <br />
                <span class="row-s">{becameOf(fate)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <p class="hint">{say(photos.missing > 0 || before > 0 ? 'keepFile' : 'allIn')}</p>
    </section>
  )
}
