import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { go } from '../router.ts'
import { Screen } from '../shell/Screen.tsx'
import { wide } from '../shell/wide.ts'
import { problemText } from '../sync/problemText.ts'
import { clockTime, recent, span } from '../texts/format.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Segment } from '../ui/Chips.tsx'
import { Empty, Skeleton, ToastPlace } from '../ui/Notice.tsx'
import { Dock } from '../ui/VerdictDock.tsx'
import '../visits/visits.css'
import './held.css'
import type { Bundle, Got, HeldHere } from './held.ts'
import { Opened, statusWord } from './Opened.tsx'
import { say } from './say.ts'
import { useHeld } from './useHeld.ts'
import { useTold } from './Work.tsx'
import { codeWord } from './words.ts'

type Which = 'open' | 'settled'

const HOUR = 3_600_000
const LATE = 72 * HOUR
const SOON = 24 * HOUR

function When({ of: { first } }: { of: Bundle }) {
  if (first.decided_at !== null) return <span class="small dim n">{recent(first.decided_at, Date.now())}</span>
  const age = Date.now() - first.received
  return <span class={`due due-${age > LATE ? 'late' : age > SOON ? 'soon' : 'ok'} n`}>{span(age)}</span>
}

function kindWord(bundle: Bundle): string {
  const types = new Set(bundle.changes.map(({ type, root }) => root?.[0] ?? type))
  if (types.has('inspection') || types.has('finding')) return say('typeInspection')
  if (types.has('visit')) return say('typeVisit')
  if (types.has('task')) return say('typeTask')
  return types.has('customer') ? say('typeCustomer') : say('typeWork')
}

function Row({ bundle, on }: { bundle: Bundle; on: boolean }) {
  const { first, changes, key } = bundle
  const facts = [first.person_name, kindWord(bundle), say('changes', { n: changes.length })]
  return (
    <li>
      <a class={on ? 'hd-r on' : 'hd-r'} href={`#/held/${key}`} aria-current={on ? 'true' : undefined}>
        <span class="hd-h">
          <b>{first.branch_name}</b>
          <When of={bundle} />
        </span>
        <span class="hd-f n">{facts.filter(Boolean).join(' · ')}</span>
        <span class="tags">
          <span class={first.status === 'open' ? 'tag tag-warn' : 'tag'}>
            {first.status === 'open' ? codeWord(first.code) : statusWord(first)}
          </span>
        </span>
      </a>
    </li>
  )
}

function Rows({
  got,
  which,
  chosen,
  again,
}: {
  got: Got<HeldHere>
  which: Which
  chosen: string | undefined
  again: () => void
}) {
  if (!got.ok) {
    const offline = got.code === 'offline'
    return (
      <Empty icon="offline" title={offline ? say('offline') : problemText(got.code)}>
        {offline && <p class="small dim">{say('offlineText')}</p>}
        <button type="button" class="btn btn-line" onClick={again}>
          {say('again')}
        </button>
      </Empty>
    )
  }
  const { bundles, total, shown } = got.value
  if (bundles.length === 0) {
    return (
      <Empty icon="inbox" title={which === 'open' ? say('none') : say('noneSettled')}>
        {which === 'open' && <p class="small dim">{say('noneText')}</p>}
      </Empty>
    )
  }
  return (
    <>
      <ul class="card rows">
        {bundles.map((bundle) => (
          <Row bundle={bundle} on={bundle.key === chosen} key={`${bundle.key} ${bundle.first.status}`} />
        ))}
      </ul>
      {total > shown && <p class="small dim hw-more n">{say('more', { n: total - shown })}</p>}
    </>
  )
}

interface ListProps {
  which: Which
  onWhich: (which: Which) => void
  got: Got<HeldHere> | null
  since: number | null
  again: () => void
  chosen: string | undefined
}

function List({ which, onWhich, got, since, again, chosen }: ListProps) {
  const choices = [
    { value: 'open' as const, word: say('open') },
    { value: 'settled' as const, word: say('settled') },
  ]
  return (
    <>
      <Segment label={say('filter')} choices={choices} chosen={which} onChoose={onWhich} />
      <div class="gap">
        {got ? <Rows got={got} which={which} chosen={chosen} again={again} /> : <Skeleton label={say('loading')} />}
      </div>
      <p class="small c-warn n gap" role="status">
        {since !== null && say('since', { time: clockTime(since) })}
      </p>
    </>
  )
}

const NO_ROWS: HeldHere['rows'] = new Map()

/** Work that came late, or from whom had lost the right to it: a supervisor decides what becomes of it. */
export function HeldScreen({ bundle: key }: { bundle?: string }) {
  const [which, setWhich] = useState<Which>('open')
  const { got, since, again } = useHeld(which)
  const here = got?.ok ? got.value : undefined
  const bundle = here?.bundles.find((one) => one.key === key)
  const told = useTold(bundle, here?.rows ?? NO_ROWS)
  const list = { which, onWhich: setWhich, got, since, again, chosen: key }
  const middle = (lay: (body: ComponentChildren, ways: ComponentChildren) => ComponentChildren) => {
    if (bundle && told)
      return <Opened bundle={bundle} told={told} lay={lay} key={`${bundle.key} ${bundle.first.status}`} />
    if (here && !bundle && here.total > here.shown) return <Empty icon="inbox" title={say('beyond')} />
    if (got && !got.ok) return null
    if (got && !bundle) return <Empty icon="check" title={say('gone')} />
    return <Skeleton label={say('loading')} />
  }
  if (wide.value) {
    return (
      <main class="hd" tabIndex={-1}>
        <aside class="hd-l" aria-label={say('held')}>
          <h1 tabIndex={-1}>{say('held')}</h1>
          <List {...list} />
        </aside>
        <section class="hd-m">
          {key ? (
            <div class="hd-in">
              {bundle && <h2>{bundle.first.branch_name}</h2>}
              {middle((body, ways) => (
                <>
                  {body}
                  {ways}
                </>
              ))}
            </div>
          ) : (
            <p class="dim hd-none">{say('pick')}</p>
          )}
          <ToastPlace />
        </section>
      </main>
    )
  }
  const up = () => go('/held', true)
  if (!key) {
    return (
      <Screen title={say('held')} onBack={() => go('/review', true)}>
        <List {...list} />
      </Screen>
    )
  }
  const title = bundle?.first.branch_name ?? say('held')
  return (
    <>
      {bundle && told ? (
        middle((body, ways) => (
          <Screen title={title} line={say('held')} onBack={up} dock={ways && <Dock>{ways}</Dock>}>
            {body}
          </Screen>
        ))
      ) : (
        <Screen title={title} onBack={up}>
          {got && !got.ok ? <List {...list} /> : middle(() => null)}
        </Screen>
      )}
    </>
  )
}
