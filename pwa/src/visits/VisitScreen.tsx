import { useState } from 'preact/hooks'
import { Thread } from '../comments/Thread.tsx'
import { useLive } from '../database/live.ts'
import { back, go } from '../router.ts'
import { Lost } from '../shell/Lost.tsx'
import { Screen } from '../shell/Screen.tsx'
import { firstFill } from '../sync/firstFill.ts'
import { moment } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Skeleton, toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { ReasonSheet } from '../ui/ReasonSheet.tsx'
import { Dock } from '../ui/VerdictDock.tsx'
import { closeVisit, correctVisit, voidVisit } from './acts.ts'
import { DistantVisit, NotRead } from './DistantVisit.tsx'
import { useDistant } from './distant.ts'
import { FateActs, HeardFate, useHeard } from './Fate.tsx'
import { mayAnswer } from './heard.ts'
import { getVisit, thisMonth, type VisitView } from './queries.ts'
import { say } from './say.ts'
import { VisitFacts } from './VisitFacts.tsx'
import { VisitForm } from './VisitForm.tsx'
import { kindWord } from './words.ts'

/** Saves what was written: it counts from now on, and is never edited again. */
function KeepDock({ view, onMissing }: { view: VisitView; onMissing: () => void }) {
  const { visit, card, seen } = view
  const month = useLive(() => thisMonth(Date.now()), [])
  const counts = visit.kind === 'visit' && visit.result === 'met' && !visit.corrects
  const needsCustomer = visit.kind === 'visit' && !visit.customer
  const keep = useOnce(async () => {
    if (!visit.result) {
      onMissing()
      document.querySelector('.form .seg')?.scrollIntoView({ block: 'center' })
      return
    }
    if (needsCustomer) return go(`/visits/${visit.id}/customer`)
    const focused = document.activeElement
    // what is still being typed is written down first
    if (focused instanceof HTMLElement) focused.blur()
    await closeVisit(visit.id, card?.id ?? null, seen)
    toast(say('kept'))
    go('/', true)
  })
  return (
    <Dock>
      <button type="button" class="btn btn-go btn-l btn-full" onClick={() => keep()}>
        {counts ? say('keepCounts', { n: (month?.done.visits ?? 0) + 1 }) : say('keep')}
        {counts && month && <span class="n btn-sub">{say('keepOf', { n: month.target.visits })}</span>}
      </button>
      {needsCustomer && <p class="hint mid">{say('customerFirst')}</p>}
    </Dock>
  )
}

function CorrectDock({ view }: { view: VisitView }) {
  const correct = useOnce(async () => go(`/visits/${await correctVisit(view.visit)}`))
  return (
    <Dock>
      <button type="button" class="btn btn-line btn-l btn-full" onClick={() => correct()}>
        {say('correct')}
      </button>
      <p class="hint mid">{say('correctHint')}</p>
    </Dock>
  )
}

/** One that is not on this phone. */
function Elsewhere({ id }: { id: string }) {
  const found = useDistant(id, true)
  if (typeof found === 'string' && found !== 'offline') return <Lost />
  const visit = typeof found === 'object' ? found.view.visit : undefined
  return (
    <Screen
      title={(typeof found === 'object' && found.branch) || say('visits')}
      line={visit ? `${kindWord(visit.kind)} · ${moment(visit.started_at, Date.now())}` : '\u00a0'}
      onBack={back}
    >
      {typeof found === 'object' ? <DistantVisit {...found} /> : <NotRead offline={found !== undefined} />}
    </Screen>
  )
}

export function VisitScreen({ id }: { id: string }) {
  const view = useLive(async () => (await getVisit(id)) ?? null, [id])
  const told = useHeard(id)
  const heard = told?.heard
  const [missing, miss] = useState(false)
  const [asking, ask] = useState(false)
  if (view === null) return firstFill() ? <Lost /> : <Elsewhere id={id} />
  const visit = view?.visit
  const draft = view?.mine && visit?.status === 'draft'
  const mayCorrect = view?.mine && visit?.status === 'closed' && !view.corrected && visit.kind !== 'card'
  const mayVoid = view && visit?.status !== 'void' && view.refusal('visit.void') === null
  const dock = draft ? (
    <KeepDock view={view} onMissing={() => miss(true)} />
  ) : mayCorrect ? (
    <CorrectDock view={view} />
  ) : heard && mayAnswer(heard) ? (
    <Dock>
      <FateActs heard={heard} />
    </Dock>
  ) : null
  const voiding = mayVoid && (
    <p class="mid gap">
      <button type="button" class="btn btn-text" onClick={() => ask(true)}>
        {draft ? say('throwAway') : say('voidVisit')}
      </button>
    </p>
  )
  return (
    <Screen
      title={draft ? say('logVisit') : (heard?.supervised && heard.branch?.name) || say('visits')}
      line={visit ? `${kindWord(visit.kind)} · ${moment(visit.started_at, Date.now())}` : '\u00a0'}
      onBack={back}
      dock={dock}
    >
      {!view && <Skeleton label={t('firstDownload')} />}
      {view && draft && (
        <VisitForm view={view} missing={missing}>
          {voiding}
        </VisitForm>
      )}
      {view && told && !draft && <VisitFacts view={view} />}
      {view && told && !draft && <HeardFate told={told} />}
      {told && !draft && voiding}
      {view && told && !draft && <Thread of={{ type: 'visit', id }} root={id} />}
      {view && told && !draft && (
        <p class="mid gap">
          <a class="btn btn-text" href={`#/history/visit/${id}`}>
            {t('historyLink')}
          </a>
        </p>
      )}
      {asking && view && (
        <ReasonSheet
          title={say('voidAsk')}
          reasons={[say('voidWrong'), say('voidDouble')]}
          send={say('voidSend')}
          danger
          onSend={(reason) => {
            void voidVisit(id, reason, view.seen)
            if (draft) go('/', true)
          }}
          onClose={() => ask(false)}
        />
      )}
    </Screen>
  )
}
