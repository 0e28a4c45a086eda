import type { Row } from '../core/rows.ts'
import { sinceWords } from '../customers/CustomerPick.tsx'
import { Phone } from '../customers/Phone.tsx'
import { kindOfCustomer } from '../customers/words.ts'
import { useLive } from '../database/live.ts'
import { store } from '../database/open.ts'
import { surroundings } from '../people/surroundings.ts'
import { day } from '../texts/format.ts'
import { Banner } from '../ui/Notice.tsx'
import { lastCalls } from '../visits/queries.ts'
import { say as sayOfVisits } from '../visits/say.ts'
import { VisitRow } from '../visits/VisitRow.tsx'
import { timeOf } from '../visits/words.ts'
import { Record } from './Panel.tsx'
import { say } from './say.ts'

/** A customer with the visits there that one sees. */
interface Read {
  rows: { customer: [Row<'customer'>]; visit?: Row<'visit'>[] }
}

const customerOf = ({ rows }: Read): Row<'customer'> => rows.customer[0]

/** The newest first. */
const visitsOf = ({ rows }: Read): Row<'visit'>[] => [...(rows.visit ?? [])].sort((a, b) => b.started_at - a.started_at)

function Facts({ customer, visits }: { customer: Row<'customer'>; visits: readonly Row<'visit'>[] }) {
  const { branch, contact, address, remark, phone } = customer
  const name = useLive(async () => (await surroundings(store().cache)).branches.get(branch)?.name ?? '', [branch])
  const last = lastCalls(visits).get(customer.id) ?? null
  const promised = visits.find(({ status, kind }) => status === 'closed' && kind !== 'card')?.follow_up_on
  const facts: [string, string | null | undefined][] = [
    [say('branchHead'), name === undefined ? '\u00a0' : name],
    [say('lastVisit'), sinceWords(last, Date.now())],
    [say('promisedFor'), promised && day(timeOf(promised))],
    [sayOfVisits('contact'), contact],
    [sayOfVisits('address'), address],
    [sayOfVisits('remark'), remark],
  ]
  return (
    <section class="card card-pad">
      <dl class="dkv">
        {facts.map(
          ([head, value]) =>
            value && (
              <div key={head}>
                <dt>{head}</dt>
                <dd class="n">{value}</dd>
              </div>
            ),
        )}
      </dl>
      {phone && <Phone customer={customer.id} phone={phone} />}
    </section>
  )
}

function Visits({ visits }: { visits: readonly Row<'visit'>[] }) {
  const corrected = new Set(visits.filter(({ status }) => status === 'closed').map(({ corrects }) => corrects))
  return (
    <section aria-label={sayOfVisits('visitsHere')}>
      <div class="sec">
        <h2>{sayOfVisits('visitsHere')}</h2>
        {visits.length === 0 && <span class="more">{sayOfVisits('noVisitsHere')}</span>}
      </div>
      {visits.length > 0 && (
        <ul class="card rows cv">
          {visits.map((visit) => (
            <VisitRow
              entry={{ visit, customer: '', corrected: corrected.has(visit.id), state: 'server' }}
              key={visit.id}
            />
          ))}
        </ul>
      )}
    </section>
  )
}

/** A customer beside the list, as the server has them: the number is hidden until somebody asks for it. */
export function CustomerPanel({ id, onClose }: { id: string; onClose: () => void }) {
  return (
    <Record<Read>
      list="customers"
      id={id}
      title={(read) => customerOf(read).name}
      line={(read) => {
        const { kind, tier, route } = customerOf(read)
        return [kindOfCustomer(kind), tier && sayOfVisits('tierOf', { tier }), route].filter(Boolean).join(' · ')
      }}
      onClose={onClose}
      draw={(read) => (
        <>
          {customerOf(read).status === 'merged' && <Banner icon="info" title={sayOfVisits('mergedTitle')} />}
          {customerOf(read).status === 'erased' && <Banner icon="na" title={sayOfVisits('erasedTitle')} />}
          <Facts customer={customerOf(read)} visits={visitsOf(read)} />
          <Visits visits={visitsOf(read)} />
        </>
      )}
    />
  )
}
