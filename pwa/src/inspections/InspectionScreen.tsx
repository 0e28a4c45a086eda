import { useState } from 'preact/hooks'
import { useLive } from '../database/live.ts'
import { listPeople } from '../people/queries.ts'
import { back, go } from '../router.ts'
import { Lost } from '../shell/Lost.tsx'
import { piece } from '../shell/later.tsx'
import { Screen } from '../shell/Screen.tsx'
import { checkText, nameOf, standardTitle } from '../standards/titles.ts'
import { moment, points, wholePoints } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import { Banner, Skeleton, toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { Dock } from '../ui/VerdictDock.tsx'
import { join } from './acts.ts'
import './InspectionScreen.css'
import { LastThree } from './LastThree.tsx'
import { SectionList } from './SectionList.tsx'
import type { Asking } from './Sheets.tsx'
import { useInspection } from './useInspection.ts'
import { VerdictCard } from './VerdictCard.tsx'
import { nextItem, openCount, progressOf, sumOf } from './verdict.ts'
import type { InspectionView } from './view.ts'
import { statusWord } from './words.ts'

const Thread = piece(async () => (await import('../comments/Thread.tsx')).Thread)
const ToSheet = piece(async () => (await import('../evidence/ToSheet.tsx')).ToSheet)
const Signature = piece(async () => (await import('../signature/Row.tsx')).SignatureRow)
const Sheets = piece(async () => (await import('./Sheets.tsx')).Sheets)

type Who = (person: string | null) => string

function State({ view, who }: { view: InspectionView; who: Who }) {
  const { inspection } = view
  if (view.refusal('inspection.join') === null && !view.editable) {
    return (
      <Banner icon="person" title={t('notMine', { who: who(inspection.lead) })}>
        {t('notMineText')}
      </Banner>
    )
  }
  if (inspection.status === 'returned') {
    const n = [...view.findings.values()].filter(({ row }) => row?.status === 'returned').length
    return <Banner tone="fail" icon="return" title={t('itemsReturned', { n })} />
  }
  if (inspection.status === 'submitted') {
    return (
      <Banner icon="lock" title={t('lockedTitle')}>
        {t('lockedText')}
      </Banner>
    )
  }
  if (inspection.status === 'approved') {
    const when = inspection.decided_at ? moment(inspection.decided_at, Date.now()) : ''
    return (
      <Banner icon="ok-circle" title={t('approvedTitle')}>
        {t('approvedText', { who: who(inspection.decided_by), when })}
      </Banner>
    )
  }
  return inspection.status === 'void' ? <Banner icon="na" title={t('voidTitle')} /> : null
}

function DeskPart({ view }: { view: InspectionView }) {
  const desk = view.score?.desk
  if (!desk || desk.of === 0) return null
  return (
    <>
      <div class="sec">
        <h2>{t('deskPart')}</h2>
        <span class="more n">
          {desk.complete
            ? `${points(desk.score)}/${wholePoints(desk.of)}`
            : t('sectionPoints', { points: wholePoints(desk.of) })}
        </span>
      </div>
      <div class="card row">
        <span class="row-ic">
          <Icon name="lock" />
        </span>
        <span class="grow row-s">{t('deskLater')}</span>
      </div>
    </>
  )
}

function Conflicts({ view }: { view: InspectionView }) {
  if (view.conflicts.length === 0) return null
  return (
    <ul class="card rows gap">
      {view.conflicts.map(({ item, check, choices }) => {
        const content = view.edition?.compiled.checks.get(check)?.content
        return (
          <li key={check}>
            <a class="row" href={`#/inspections/${view.id}/${item}/${check}`}>
              <span class="row-ic row-ic--clash">
                <Icon name="st-clash" />
              </span>
              <span class="grow">
                <span class="row-t">{t('clashIn', { what: content ? checkText(content) : check })}</span>
                <br />
                <span class="row-s">{choices.map(({ name }) => name || t('nobody')).join(t('listComma'))}</span>
              </span>
              <Icon name="next" />
            </a>
          </li>
        )
      })}
    </ul>
  )
}

function WorkDock({ view, onAsk }: { view: InspectionView; onAsk: (asking: Asking | null) => void }) {
  const viewed = { id: view.id, seen: view.seen }
  const enter = useOnce(() => join(viewed).then(() => toast(t('joinedToast'))))
  if (view.refusal('inspection.submit') === null) {
    const next = nextItem(view)
    const open = openCount(view)
    const item = next ?? [...(view.edition?.compiled.items.values() ?? [])].find((one) => one.onsite)
    const submitWord = view.inspection.status === 'returned' ? t('submitAgain') : t('submit')
    return (
      <Dock>
        <div class="dock-a">
          <button
            type="button"
            class={next ? 'btn btn-line btn-l' : 'btn btn-go btn-l'}
            aria-describedby="why"
            onClick={() => onAsk('submit')}
          >
            {submitWord}
          </button>
          {next && item && (
            <button
              type="button"
              class="btn btn-go btn-l dock-wide"
              onClick={() => go(`/inspections/${view.id}/${item.code}`)}
            >
              {t('goOnWith', { item: nameOf(item.content) })}
            </button>
          )}
        </div>
        <p class="hint mid" id="why">
          {open > 0 ? t('leftToCheck', { n: open }) : t('allChecked')}
        </p>
      </Dock>
    )
  }
  if (view.refusal('inspection.join') !== null || view.editable) return null
  return (
    <Dock>
      <div class="dock-a">
        <button type="button" class="btn btn-line btn-l" onClick={() => onAsk('take_over')}>
          {t('takeOver')}
        </button>
        <button type="button" class="btn btn-go btn-l" onClick={() => enter()}>
          {t('join')}
        </button>
      </div>
    </Dock>
  )
}

/** What the marks of the section list mean. */
function Key() {
  return (
    <p class="key tiny dim" aria-hidden="true">
      <i class="it it-ok" />
      {t('keyFull')} <i class="it it-lost" />
      {t('keyLost')} <i class="it it-part" />
      {t('keyPart')} <i class="it it-todo" />
      {t('keyTodo')}
    </p>
  )
}

function Body({ view, who, onAsk }: { view: InspectionView; who: Who; onAsk: (asking: Asking | null) => void }) {
  const { edition, score, inspection } = view
  const now = view.editable ? nextItem(view) : undefined
  const [open, setOpen] = useState<string | null>(now?.section ?? null)
  const onsite = [...(edition?.compiled.items.values() ?? [])].filter((item) => item.onsite)
  const progress = sumOf(onsite.map((item) => progressOf(item, view.answers)))
  const mayVoid = inspection.status === 'draft' && view.refusal('inspection.void') === null
  return (
    <>
      <State view={view} who={who} />
      <Conflicts view={view} />
      {edition && score && <VerdictCard score={score} compiled={edition.compiled} answers={view.answers} />}
      {view.readable ? (
        <>
          <div class="sec">
            <h2>{t('onSitePart')}</h2>
            <span class="more n">{t('checkedItems', progress)}</span>
          </div>
          <SectionList view={view} now={now?.code} open={open} onOpen={setOpen} />
          <Key />
          <DeskPart view={view} />
          <Signature view={view} onSign={() => onAsk('sign')} />
          <LastThree view={view} />
        </>
      ) : (
        <p class="small dim gap">{t('crewOnly')}</p>
      )}
      {(inspection.representative || inspection.remark) && (
        <p class="small dim gap">{[inspection.representative, inspection.remark].filter(Boolean).join(' · ')}</p>
      )}
      {inspection.status !== 'draft' && view.readable && (
        <Thread of={{ type: 'inspection', id: view.id }} root={view.id} />
      )}
      {mayVoid && (
        <p class="mid gap">
          <button type="button" class="btn btn-text" onClick={() => onAsk('void')}>
            {t('voidInspection')}
          </button>
        </p>
      )}
      {view.readable && inspection.rev > 0 && (
        <p class="mid gap">
          <a class="btn btn-text" href={`#/history/inspection/${view.id}`}>
            {t('historyLink')}
          </a>
          {inspection.status !== 'draft' && <ToSheet view={view} />}
        </p>
      )}
    </>
  )
}

export function InspectionScreen({ id }: { id: string }) {
  const view = useInspection(id)
  const people = useLive(listPeople, [])
  const [asking, ask] = useState<Asking | null>(null)
  const who: Who = (person) => people?.get(person ?? '')?.name || t('nobody')
  if (view === null) return <Lost />
  const title = view?.edition ? standardTitle(view.edition.row) : ''
  const line = view && [title, statusWord(view.inspection.status)].filter(Boolean).join(' · ')
  return (
    <Screen
      title={view?.branch?.name ?? ''}
      line={line}
      onBack={back}
      dock={view && <WorkDock view={view} onAsk={ask} />}
    >
      {view?.edition ? <Body view={view} who={who} onAsk={ask} /> : <Skeleton label={t('firstDownload')} />}
      {view && asking && <Sheets view={view} asking={asking} onAsk={ask} />}
    </Screen>
  )
}
