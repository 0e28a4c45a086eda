import { useState } from 'preact/hooks'
import type { Answer } from '../contract/records.ts'
import type { CompiledCheck, CompiledItem } from '../core/standard.ts'
import { useLive } from '../database/live.ts'
import { listPeople } from '../people/queries.ts'
import { session } from '../people/session.ts'
import { missed } from '../photos/expected.ts'
import { shooting, spotOf } from '../photos/shooting.ts'
import { go, up } from '../router.ts'
import { Lost } from '../shell/Lost.tsx'
import { piece } from '../shell/later.tsx'
import { Screen } from '../shell/Screen.tsx'
import { basisOf, checkText, nameOf } from '../standards/titles.ts'
import { points, wholePoints } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { CheckRow, type Judgement } from '../ui/CheckRow.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Banner, Skeleton, toast } from '../ui/Notice.tsx'
import { ReasonSheet } from '../ui/ReasonSheet.tsx'
import { Dock, DockVerdict } from '../ui/VerdictDock.tsx'
import { passRest, recordCheck } from './acts.ts'
import { CheckDetails } from './CheckDetails.tsx'
import './ItemScreen.css'
import { type History, historyOf, useHistories } from './history.ts'
import { NoteCard } from './NoteCard.tsx'
import { useInspection } from './useInspection.ts'
import { linesOf, nextItem, progressOf, vetoWords, workItems } from './verdict.ts'
import type { InspectionView } from './view.ts'

const ItemCamera = piece(async () => (await import('../camera/ItemCamera.tsx')).ItemCamera)
const Thread = piece(async () => (await import('../comments/Thread.tsx')).Thread)

function ItemHead({ view, item, history }: { view: InspectionView; item: CompiledItem; history: History }) {
  const lost = view.score?.items[item.code]?.lost ?? 0
  const basis = item.rules.map((rule) => basisOf(rule.content)).filter(Boolean)
  return (
    <div class="item-head">
      {item.points > 0 && (
        <p class={lost > 0 ? 'item-score' : 'item-score is-whole'}>
          <b class="n">{points(item.points - lost)}</b>
          <span class="n">{t('itemMax', { points: wholePoints(item.points) })}</span>
        </p>
      )}
      <p class="small dim grow">
        {basis.join(t('listComma'))}
        {item.points > 0 && `${basis.length ? t('comma') : ''}${t('itemCap', { points: wholePoints(item.points) })}`}
        {history.past.length > 0 && (
          <>
            <br />
            <span class="n">
              {t('lastThreeScores')} <b>{history.past.map(({ kept }) => points(kept)).join(' · ')}</b>
            </span>
          </>
        )}
      </p>
    </div>
  )
}

interface RowProps {
  view: InspectionView
  check: CompiledCheck
  editable: boolean
  before: number
  onNotApplicable: () => void
}

function Check({ view, check, editable, before, onNotApplicable }: RowProps) {
  const { code, item, rule } = check
  // a page that died over a photo of it comes back to it
  const [toggled, toggle] = useState<boolean | null>(missed.peek()?.spot === spotOf(view.id, code) || null)
  const answer = view.answers[code]
  const result = answer?.result ?? 'todo'
  const finding = view.findings.get(item)
  const judge = (next: Judgement) => {
    if (!editable) return undefined
    // first of all it is given to the disk
    const given: Answer = { result: next }
    const done = recordCheck(view.id, item, code, given)
    navigator.vibrate?.(next === 'fail' ? 30 : 10)
    toggle(null)
    return done
  }
  return (
    <CheckRow
      text={checkText(check.content)}
      result={result}
      wantsPhoto={check.evidence === 'photo'}
      lost={rule?.counts ? rule.points * (answer?.count ?? 1) : (rule?.points ?? null)}
      veto={rule?.kind === 'veto'}
      times={before + 1}
      photos={finding?.photos.filter((one) => one.check === code && !one.photo.retracted).length ?? 0}
      clash={view.conflicts.some((conflict) => conflict.check === code)}
      locked={!editable}
      open={toggled ?? result === 'fail'}
      reason={finding?.row?.reasons[code] ?? undefined}
      onJudge={judge}
      onNotApplicable={onNotApplicable}
      onOpen={() => toggle(!(toggled ?? result === 'fail'))}
    >
      <CheckDetails
        view={view}
        check={check}
        editable={editable}
        onCount={(count) =>
          void recordCheck(view.id, item, code, count > 1 ? { result: 'fail', count } : { result: 'fail' })
        }
        onNotApplicable={onNotApplicable}
        onClear={() => void judge('todo')}
      />
    </CheckRow>
  )
}

function State({ view, item, who }: { view: InspectionView; item: CompiledItem; who: (id: string) => string }) {
  const row = view.findings.get(item.code)?.row
  if (row?.status === 'returned' && row.returned) {
    return (
      <Banner tone="fail" icon="return" title={t('returnedBecause', { who: who(row.returned.by) })}>
        {row.returned.reason}
      </Banner>
    )
  }
  if (view.findings.get(item.code)?.editable) return null
  if (view.refusal('inspection.join') === null && !view.editable) {
    return (
      <Banner icon="lock" title={t('notMine', { who: who(view.inspection.lead ?? '') })}>
        {t('notMineText')}
      </Banner>
    )
  }
  return (
    <Banner icon="lock" title={t('lockedTitle')}>
      {t('lockedText')}
    </Banner>
  )
}

/** Passes what is still open in an item, with a way back. */
async function passAll(view: InspectionView, item: CompiledItem): Promise<void> {
  const passed = await passRest(view.id, item.code, item.checks)
  navigator.vibrate?.(10)
  if (passed.length === 0) return
  toast(t('restPassed', { n: passed.length }), {
    word: t('undo'),
    run: () => {
      for (const check of passed) void recordCheck(view.id, item.code, check, { result: 'todo' })
    },
  })
}

function ItemDock({ view, item }: { view: InspectionView; item: CompiledItem }) {
  const compiled = view.edition?.compiled
  const editable = view.findings.get(item.code)?.editable === true
  const { done, of } = progressOf(item, view.answers)
  const items = workItems(view)
  const following =
    items[items.findIndex(({ code }) => code === item.code) + 1] ??
    (done === of ? undefined : nextItem(view, item.code))
  const next = following && following.code !== item.code ? following : undefined
  if (!compiled || !view.score) return null
  return (
    <Dock>
      <DockVerdict
        total={view.score.total}
        max={view.score.max}
        lines={linesOf(view.score, compiled)}
        vetoes={vetoWords(view.score, compiled)}
      />
      <div class="dock-a">
        {editable && done < of && (
          <button type="button" class="btn btn-line btn-l" onClick={() => void passAll(view, item)}>
            <Icon name="check" />
            {t('restPass', { n: of - done })}
          </button>
        )}
        <button
          type="button"
          class="btn btn-go btn-l"
          onClick={() => (next ? go(`/inspections/${view.id}/${next.code}`, true) : up(`/inspections/${view.id}`))}
        >
          {next ? t('nextItem') : t('toOverview')}
          <Icon name="next" />
        </button>
      </div>
    </Dock>
  )
}

interface BodyProps {
  view: InspectionView
  item: CompiledItem
  who: (id: string) => string
}

/** The checks of the item; what does not apply asks for its reason. */
function Checks({ view, item, history }: Pick<BodyProps, 'view' | 'item'> & { history: History }) {
  const [asking, ask] = useState<string | null>(null)
  const editable = view.findings.get(item.code)?.editable === true
  return (
    <>
      <ol class="card checks" aria-label={t('checksLabel', progressOf(item, view.answers))}>
        {item.checks.map((code) => {
          const check = view.edition?.compiled.checks.get(code)
          return (
            check && (
              <Check
                view={view}
                check={check}
                editable={editable}
                before={history.fails[code] ?? 0}
                onNotApplicable={() => editable && ask(code)}
                key={code}
              />
            )
          )
        })}
      </ol>
      {editable && <p class="hint mid">{t('swipeHint')}</p>}
      {asking && (
        <ReasonSheet
          title={t('naTitle')}
          text={t('naText')}
          reasons={[t('naNoDevice'), t('naNoBusiness'), t('naNoStaff')]}
          send={t('naSave')}
          onSend={(reason) => void recordCheck(view.id, item.code, asking, { result: 'na' }, reason)}
          onClose={() => ask(null)}
        />
      )}
    </>
  )
}

function Notes({ view, item, who }: BodyProps) {
  const finding = view.findings.get(item.code)
  const me = session.value?.person.id ?? ''
  const notes = Object.entries(finding?.row?.notes ?? {}).filter((note): note is [string, string] => Boolean(note[1]))
  return (
    <NoteCard
      inspection={view.id}
      item={item.code}
      mine={finding?.row?.notes[me] ?? ''}
      others={notes.filter(([author]) => author !== me).map(([author, text]) => ({ who: who(author), text }))}
      editable={finding?.editable === true}
      key={item.code}
    />
  )
}

/** Where one is: the section, and which of its items. */
function placeOf(view: InspectionView, item: CompiledItem): string {
  const section = view.edition?.content.sections.find(({ code }) => code === item.section)
  const siblings = view.edition?.compiled.sections.get(item.section) ?? []
  return t('itemOf', {
    section: section ? nameOf(section) : item.section,
    n: siblings.indexOf(item) + 1,
    of: siblings.length,
  })
}

/** One item of an inspection: its checks, photos and notes, with the live verdict at the thumb. */
export function ItemScreen({ id, item: code }: { id: string; item: string }) {
  const view = useInspection(id)
  const people = useLive(listPeople, [])
  const histories = useHistories(view ?? undefined)
  const who = (person: string) => people?.get(person)?.name || t('nobody')
  if (view === null) return <Lost />
  const item = view?.edition?.compiled.items.get(code)
  const toOverview = () => up(`/inspections/${id}`)
  if (!view || !item || !histories || missed.value === undefined) {
    return (
      <Screen title="" onBack={toOverview}>
        <Skeleton label={t('firstDownload')} />
      </Screen>
    )
  }
  const finding = view.findings.get(code)?.row
  const history = historyOf(histories, code)
  return (
    <Screen
      title={nameOf(item.content)}
      line={placeOf(view, item)}
      onBack={toOverview}
      dock={<ItemDock view={view} item={item} />}
    >
      <State view={view} item={item} who={who} />
      <ItemHead view={view} item={item} history={history} />
      <Checks view={view} item={item} history={history} key={code} />
      <Notes view={view} item={item} who={who} />
      {finding && view.inspection.status !== 'draft' && (
        <Thread of={{ type: 'finding', id: finding.id }} root={id} key={finding.id} />
      )}
      {finding && finding.rev > 0 && (
        <p class="mid gap">
          <a class="btn btn-text" href={`#/history/finding/${finding.id}`}>
            {t('historyLink')}
          </a>
        </p>
      )}
      {shooting.value?.inspection === id && item.checks.includes(shooting.value.check) && (
        <ItemCamera view={view} item={item} />
      )}
    </Screen>
  )
}
