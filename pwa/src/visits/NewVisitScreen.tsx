import { useEffect, useRef, useState } from 'preact/hooks'
import { askPosition, positionNow } from '../branches/here.ts'
import { CustomerForm } from '../customers/CustomerForm.tsx'
import { CustomerSearchDock, CustomerWords, STEP } from '../customers/CustomerPick.tsx'
import { type CustomerEntry, listCustomers, recentCustomers } from '../customers/queries.ts'
import { useLive } from '../database/live.ts'
import { back, go } from '../router.ts'
import { Screen } from '../shell/Screen.tsx'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Chips } from '../ui/Chips.tsx'
import { Empty, Skeleton } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { Dock } from '../ui/VerdictDock.tsx'
import { type Kind, restartVisit, startVisit } from './acts.ts'
import { ownBranch, visitRow } from './queries.ts'
import { say } from './say.ts'
import { KINDS, kindWord } from './words.ts'
import './visits.css'

const FEW = 8

async function found(words: string): Promise<CustomerEntry[]> {
  if (words) return (await listCustomers({ search: words, limit: STEP })).entries
  const lately = await recentCustomers(FEW)
  if (lately.length >= FEW) return lately
  const known = new Set(lately.map(({ customer }) => customer.id))
  const waiting = (await listCustomers({ limit: 2 * FEW })).entries
  return [...lately, ...waiting.filter(({ customer }) => !known.has(customer.id))].slice(0, 2 * FEW)
}

interface Props {
  /** The draft whose customer is to be another one. */
  instead?: string
}

/** Whom the visit is at: one tap on somebody known, a search, or somebody new. */
export function NewVisitScreen({ instead }: Props) {
  const [kind, setKind] = useState<Kind>('visit')
  const [words, setWords] = useState('')
  const [making, make] = useState(false)
  const search = words.trim()
  const branch = useLive(async () => (await ownBranch()) ?? null, [])
  const answer = useLive(() => found(search), [search])
  // what was found before stays until there is an answer: nothing flickers while one types
  const drawn = useRef<CustomerEntry[]>()
  if (answer) drawn.current = answer
  const list = drawn.current
  useEffect(askPosition, [])
  const start = useOnce(async (customer: string | null) => {
    const old = instead ? await visitRow(instead) : undefined
    if (old && customer) {
      if (customer !== old.customer) go(`/visits/${await restartVisit(old, { customer }, say('swapReason'))}`, true)
      else go(`/visits/${old.id}`, true)
    } else if (branch) {
      go(`/visits/${await startVisit({ branch: branch.id, kind, customer, position: positionNow() })}`, true)
    }
  })
  if (making && branch) {
    return <CustomerForm branch={branch.id} name={search} onBack={() => make(false)} onKept={(id) => start(id)} />
  }
  const alone = !instead && kind !== 'visit'
  const dock = (
    <>
      {alone && (
        <Dock>
          <button type="button" class="btn btn-go btn-l btn-full" onClick={() => start(null)}>
            {kind === 'ride_along' ? say('startRideAlong') : say('withoutCustomer')}
          </button>
        </Dock>
      )}
      {kind !== 'ride_along' && <CustomerSearchDock words={words} onWords={setWords} />}
    </>
  )
  const kinds = KINDS.map((value) => ({ value, word: kindWord(value) }))
  return (
    <Screen title={say('logVisit')} line={branch?.name ?? '\u00a0'} onBack={back} dock={branch && dock}>
      {branch === null && <Empty icon="branch" title={say('noBranch')} />}
      {branch && !instead && (
        <>
          <p class="legend">{say('thisTime')}</p>
          <Chips label={say('thisTime')} choices={kinds} chosen={kind} onChoose={setKind} />
        </>
      )}
      {branch && kind !== 'ride_along' && (
        <>
          <div class="sec">
            <h2>{search ? say('whom') : say('recentCustomers')}</h2>
          </div>
          {!list && <Skeleton label={t('firstDownload')} />}
          {list && (
            <ul class="card rows cv">
              <li>
                <button type="button" class="row" onClick={() => make(true)}>
                  <span class="grow row-t">
                    {search ? say('newCustomerNamed', { name: search }) : say('newCustomer')}
                  </span>
                </button>
              </li>
              {list.map((entry) => (
                <li key={entry.customer.id}>
                  <button type="button" class="row" onClick={() => start(entry.customer.id)}>
                    <CustomerWords entry={entry} />
                  </button>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </Screen>
  )
}
