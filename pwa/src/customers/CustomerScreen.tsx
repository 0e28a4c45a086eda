import { useState } from 'preact/hooks'
import '../branches/BranchScreen.css'
import { positionNow } from '../branches/here.ts'
import { useLive } from '../database/live.ts'
import { hasRole } from '../people/roles.ts'
import { back, go } from '../router.ts'
import { Lost } from '../shell/Lost.tsx'
import { Screen } from '../shell/Screen.tsx'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Banner, Skeleton, toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { StateWord } from '../ui/StateWord.tsx'
import { Dock } from '../ui/VerdictDock.tsx'
import { startVisit } from '../visits/acts.ts'
import { entriesOf } from '../visits/lists.ts'
import { say } from '../visits/say.ts'
import { VisitRow } from '../visits/VisitRow.tsx'
import '../visits/visits.css'
import { CustomerForm } from './CustomerForm.tsx'
import { sinceWords } from './CustomerPick.tsx'
import { MergeSheet } from './MergeSheet.tsx'
import { Phone } from './Phone.tsx'
import { type CustomerView, getCustomer } from './queries.ts'
import { kindOfCustomer } from './words.ts'

function Facts({ view }: { view: CustomerView }) {
  const { kind, contact, phone, address, route, tier, remark } = view.customer
  const facts: [string, string | null][] = [
    [say('kindOfCustomer'), kindOfCustomer(kind)],
    [say('contact'), contact],
    [say('address'), address],
    [say('route'), route],
    [say('tier'), tier && say('tierOf', { tier })],
    [say('remark'), remark],
  ]
  return (
    <section class="card card-pad">
      <p class="split-wrap">
        <span class="dim small n">{sinceWords(view.last, Date.now())}</span>
        <span class="end">
          <StateWord state={view.state} />
        </span>
      </p>
      <dl class="kv gap">
        {facts.map(
          ([name, value]) =>
            value && (
              <>
                <dt key={name}>{name}</dt>
                <dd key={`${name}:`}>{value}</dd>
              </>
            ),
        )}
      </dl>
      {phone && <Phone customer={view.customer.id} phone={phone} />}
    </section>
  )
}

function Fate({ status }: { status: string }) {
  if (status === 'merged') return <Banner icon="info" title={say('mergedTitle')} />
  return status === 'erased' ? <Banner icon="na" title={say('erasedTitle')} /> : null
}

export function CustomerScreen({ id }: { id: string }) {
  const view = useLive(async () => (await getCustomer(id)) ?? null, [id])
  const visits = useLive(async () => entriesOf((await getCustomer(id))?.visits ?? []), [id])
  const [editing, edit] = useState(false)
  const [merging, askMerge] = useState(false)
  const start = useOnce(async () => {
    const branch = view?.customer.branch
    if (branch) go(`/visits/${await startVisit({ branch, kind: 'visit', customer: id, position: positionNow() })}`)
  })
  if (view === null) return <Lost />
  if (view && editing) {
    const kept = (to: string) => {
      toast(say('saved'))
      edit(false)
      if (to !== id) go(`/customers/${to}`)
    }
    return <CustomerForm branch={view.customer.branch} known={view.customer} onBack={() => edit(false)} onKept={kept} />
  }
  const active = view?.customer.status === 'active'
  const mayMerge = active && hasRole('manager')
  const keeps = hasRole('carrier') || hasRole('manager')
  const dock = active && keeps && (
    <Dock>
      <div class="dock-a">
        <button type="button" class="btn btn-line btn-l" onClick={() => edit(true)}>
          {say('edit')}
        </button>
        <button type="button" class="btn btn-go btn-l dock-wide" onClick={() => start()}>
          {say('logVisit')}
        </button>
      </div>
    </Dock>
  )
  return (
    <Screen title={view?.customer.name ?? ''} onBack={back} dock={dock}>
      {!view && <Skeleton label={t('firstDownload')} />}
      {view && <Fate status={view.customer.status} />}
      {view && <Facts view={view} />}
      {view && visits && (
        <div class="sec">
          <h2>{say('visitsHere')}</h2>
          {visits.length === 0 && <span class="more">{say('noVisitsHere')}</span>}
        </div>
      )}
      {view && visits && visits.length > 0 && (
        <ul class="card rows cv">
          {visits.map((entry) => (
            <VisitRow entry={entry} key={entry.visit.id} />
          ))}
        </ul>
      )}
      {view && visits && view.customer.rev > 0 && (
        <p class="mid gap">
          <a class="btn btn-text" href={`#/history/customer/${id}`}>
            {t('historyLink')}
          </a>
        </p>
      )}
      {mayMerge && visits && (
        <p class="mid gap">
          <button type="button" class="btn btn-text" onClick={() => askMerge(true)}>
            {say('mergeAsk')}
          </button>
        </p>
      )}
      {merging && view && <MergeSheet customer={view.customer} onClose={() => askMerge(false)} />}
    </Screen>
  )
}
