import type { LedgerRow } from '../core/scoring.ts'
import { linesOf, vetoWords } from '../inspections/verdict.ts'
import type { InspectionView } from '../inspections/view.ts'
import { checkText, nameOf } from '../standards/titles.ts'
import { points, wholePoints } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { LineWords } from '../ui/VerdictDock.tsx'
import { say } from './say.ts'

/** The rows of one item, in the order of the edition. */
function byItem(ledger: readonly LedgerRow[]): Map<string, LedgerRow[]> {
  const items = new Map<string, LedgerRow[]>()
  for (const row of ledger) items.set(row.item, [...(items.get(row.item) ?? []), row])
  return items
}

function RuleRow({ view, row, alone }: { view: InspectionView; row: LedgerRow; alone: boolean }) {
  const texts = row.checks.map((code) => {
    const content = view.edition?.compiled.checks.get(code)?.content
    return content ? checkText(content) : code
  })
  return (
    <li class="sign-rule">
      <span class="grow">
        {texts.map((text) => (
          <span class="sign-check" key={text}>
            {text}
          </span>
        ))}
        {row.count > row.checks.length && <span class="faint n">{t('claimPlaces', { n: row.count })}</span>}
      </span>
      {!alone && (
        <span class={row.lost > 0 ? 'n' : 'c-fail'}>
          {row.lost > 0 ? say('ruleLost', { points: points(row.lost) }) : t('vetoed')}
        </span>
      )}
    </li>
  )
}

function ItemRows({ view, item, rows }: { view: InspectionView; item: string; rows: readonly LedgerRow[] }) {
  const content = view.edition?.compiled.items.get(item)?.content
  const { lost = 0, of = 0, capped = 0 } = view.score?.items[item] ?? {}
  return (
    <li class="sign-item">
      <p class="sign-head">
        <b class="grow">{content ? nameOf(content) : item}</b>
        <b class="n c-fail">{lost > 0 ? t('minus', { points: points(lost) }) : t('vetoed')}</b>
      </p>
      <ul>
        {rows.map((row) => (
          <RuleRow view={view} row={row} alone={rows.length === 1 && capped === 0} key={row.rule} />
        ))}
      </ul>
      {capped > 0 && <p class="tiny dim n">{say('capped', { lost: points(lost + capped), cap: wholePoints(of) })}</p>}
    </li>
  )
}

function Total({ view }: { view: InspectionView }) {
  const { score, edition } = view
  if (!score || !edition) return null
  const vetoes = vetoWords(score, edition.compiled)
  return (
    <div class="sign-total">
      <p class="score n">
        {points(score.total)}
        <small>{score.verdict?.provisional ? t('provisional') : t('pointsUnit')}</small>
      </p>
      <p class="small n">
        {linesOf(score, edition.compiled).map((line) => (
          <span class="sign-line-words" key={line.name}>
            <LineWords line={line} />
          </span>
        ))}
      </p>
      {vetoes.length > 0 && (
        <p class="small c-fail sign-veto">
          <Icon name="veto" /> {t('vetoLine', { what: vetoes.join(t('listComma')) })}
        </p>
      )}
    </div>
  )
}

/** The list as it is signed: the total, what was lost and where, and what is still open. */
export function DeductionList({ view, open }: { view: InspectionView; open: number }) {
  const items = byItem(view.score?.ledger ?? [])
  return (
    <>
      <Total view={view} />
      {open > 0 && (
        <p class="small c-warn gap">
          <Icon name="info" /> {say('openStill', { n: open })}
        </p>
      )}
      <h3 class="sign-h">{say('listTitle')}</h3>
      {items.size === 0 ? (
        <p class="dim">{say('noDeductions')}</p>
      ) : (
        <ul class="card rows">
          {[...items].map(([item, rows]) => (
            <ItemRows view={view} item={item} rows={rows} key={item} />
          ))}
        </ul>
      )}
    </>
  )
}
