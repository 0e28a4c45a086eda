import { useState } from 'preact/hooks'
import type { Row } from '../core/rows.ts'
import { useLive } from '../database/live.ts'
import { startInspection } from '../inspections/acts.ts'
import { statusWord } from '../inspections/words.ts'
import { listPeople } from '../people/queries.ts'
import { hasRole } from '../people/roles.ts'
import { back, go } from '../router.ts'
import { Lost } from '../shell/Lost.tsx'
import { piece } from '../shell/later.tsx'
import { Screen } from '../shell/Screen.tsx'
import { listStandards } from '../standards/queries.ts'
import { standardTitle } from '../standards/titles.ts'
import { day, points } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import { Skeleton } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { Sheet } from '../ui/Sheet.tsx'
import { Dock } from '../ui/VerdictDock.tsx'
import './BranchScreen.css'
import { positionNow } from './here.ts'
import { getBranch } from './queries.ts'

const LabelSheet = piece(async () => (await import('./scan/parts.ts')).LabelSheet)

/** Who may print a branch's label and give it anew; the server judges each by their places. */
const mayLabel = () => hasRole('manager') || hasRole('supervisor') || hasRole('admin')

function LabelButton({ branch }: { branch: Row<'branch'> }) {
  const [open, show] = useState(false)
  return (
    <>
      <button type="button" class="btn btn-line btn-full gap" onClick={() => show(true)}>
        <Icon name="qr" />
        {t('branchLabel')}
      </button>
      {open && <LabelSheet branch={branch} onClose={() => show(false)} />}
    </>
  )
}

function Facts({ branch, unit }: { branch: Row<'branch'>; unit: Row<'unit'> | undefined }) {
  const { code, address, staff_count, opens, closes } = branch
  return (
    <dl class="card card-pad kv">
      <dt>{t('code')}</dt>
      <dd class="n">{code}</dd>
      {unit && (
        <>
          <dt>{t('unit')}</dt>
          <dd>{unit.name}</dd>
        </>
      )}
      {address && (
        <>
          <dt>{t('address')}</dt>
          <dd>{address}</dd>
        </>
      )}
      {staff_count !== null && (
        <>
          <dt>{t('staffCount')}</dt>
          <dd class="n">{t('people', { n: staff_count })}</dd>
        </>
      )}
      {opens && closes && (
        <>
          <dt>{t('hours')}</dt>
          <dd class="n">{t('hoursFromTo', { opens, closes })}</dd>
        </>
      )}
    </dl>
  )
}

function Past({ row, who }: { row: Row<'inspection'>; who: string }) {
  const total = row.score?.['total']
  return (
    <li>
      <a class="row" href={`#/inspections/${row.id}`}>
        <span class="grow">
          <span class="row-t n">
            {day(row.started_at)} · {statusWord(row.status)}
          </span>
          <br />
          <span class="row-s">{who || t('nobody')}</span>
        </span>
        {typeof total === 'number' && row.status !== 'void' && <b class="n">{points(total)}</b>}
        <Icon name="next" />
      </a>
    </li>
  )
}

interface SheetProps {
  standards: readonly Row<'standard'>[]
  onChoose: (standard: string) => void
  onClose: () => void
}

function StandardSheet(props: SheetProps) {
  return (
    <Sheet title={t('chooseStandard')} onClose={props.onClose}>
      <ul class="rows gap">
        {props.standards.map((standard) => (
          <li key={standard.id}>
            <button type="button" class="row" onClick={() => props.onChoose(standard.id)}>
              <span class="grow row-t">{standardTitle(standard)}</span>
              <Icon name="next" />
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  )
}

export function BranchScreen({ id }: { id: string }) {
  const view = useLive(async () => (await getBranch(id)) ?? null, [id])
  const standards = useLive(listStandards, [])
  const people = useLive(listPeople, [])
  const [asking, ask] = useState(false)
  const start = useOnce(async (standard: string) => {
    go(`/inspections/${await startInspection({ branch: id, standard, position: positionNow() })}`, true)
  })
  if (view === null) return <Lost />
  const only = standards?.length === 1 ? standards[0] : undefined
  const begin = () => (only ? start(only.id) : ask(true))
  const dock = hasRole('inspector') && (
    <Dock>
      <button
        type="button"
        class="btn btn-go btn-l btn-full"
        aria-disabled={!standards?.length}
        onClick={() => standards?.length && begin()}
      >
        {t('startInspection')}
      </button>
      {standards?.length === 0 && <p class="hint mid">{t('noStandard')}</p>}
    </Dock>
  )
  return (
    <Screen title={view?.branch.name ?? ''} line={view?.branch.code} onBack={back} dock={dock}>
      {!view && <Skeleton label={t('firstDownload')} />}
      {view && <Facts branch={view.branch} unit={view.unit} />}
      {view && mayLabel() && <LabelButton branch={view.branch} />}
      {view && view.inspections.length > 0 && (
        <>
          <div class="sec">
            <h2>{t('inspectionsHere')}</h2>
          </div>
          <ul class="card rows">
            {view.inspections.map((row) => (
              <Past row={row} who={people?.get(row.lead ?? '')?.name ?? ''} key={row.id} />
            ))}
          </ul>
        </>
      )}
      {asking && standards && <StandardSheet standards={standards} onChoose={start} onClose={() => ask(false)} />}
    </Screen>
  )
}
