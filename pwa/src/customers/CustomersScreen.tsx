import { signal } from '@preact/signals'
import { useRef, useState } from 'preact/hooks'
import '../branches/BranchesScreen.css'
import { useLive } from '../database/live.ts'
import { go } from '../router.ts'
import { Screen } from '../shell/Screen.tsx'
import { firstFill } from '../sync/firstFill.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import { Empty, Skeleton } from '../ui/Notice.tsx'
import { ownBranch } from '../visits/queries.ts'
import { say } from '../visits/say.ts'
import { CustomerForm } from './CustomerForm.tsx'
import { CustomerSearchDock, CustomerWords, useMore } from './CustomerPick.tsx'
import { type CustomerList, listCustomers } from './queries.ts'

/** The line in the head keeps its room until it can be said. */
const ROOM = '\u00a0'

/** What was searched stays while one looks at a customer and comes back. */
const words = signal('')
const tier = signal<string | null>(null)
const route = signal<string | null>(null)

interface PickProps {
  label: string
  all: string
  values: readonly string[]
  chosen: string | null
  onChoose: (value: string | null) => void
  word?: (value: string) => string
}

function Pick({ label, all, values, chosen, onChoose, word = (value) => value }: PickProps) {
  if (values.length === 0) return null
  return (
    <span class="input">
      <select aria-label={label} value={chosen ?? ''} onChange={(e) => onChoose(e.currentTarget.value || null)}>
        <option value="">{all}</option>
        {values.map((value) => (
          <option value={value} key={value}>
            {word(value)}
          </option>
        ))}
      </select>
      <Icon name="down" />
    </span>
  )
}

function Filters({ list }: { list: CustomerList }) {
  return (
    <div class="narrow gap">
      <Pick
        label={say('tier')}
        all={say('tierAll')}
        values={list.tiers}
        chosen={tier.value}
        onChoose={(value) => {
          tier.value = value
        }}
        word={(value) => say('tierOf', { tier: value })}
      />
      <Pick
        label={say('route')}
        all={say('routeAll')}
        values={list.routes}
        chosen={route.value}
        onChoose={(value) => {
          route.value = value
        }}
      />
    </div>
  )
}

function Nothing({ list }: { list: CustomerList }) {
  if (list.total > 0) return null
  const none = list.all === 0
  return (
    <div class="gap">
      <Empty icon="customer" title={say(none ? 'noCustomers' : 'noneFound')}>
        <p class="small dim">{say(none ? 'noCustomersText' : 'noneFoundText')}</p>
      </Empty>
    </div>
  )
}

/** The customers of the branch, who waits longest for a visit first. */
export function CustomersScreen() {
  const search = words.value.trim()
  const wanted = { search, tier: tier.value, route: route.value }
  const [making, make] = useState(false)
  const { limit, end } = useMore([search, tier.value, route.value])
  const list = useLive(() => listCustomers({ ...wanted, limit }), [search, tier.value, route.value, limit])
  const drawn = useRef<CustomerList>()
  if (list) drawn.current = list
  const shown = drawn.current
  const branch = useLive(async () => (await ownBranch()) ?? null, [])
  const filling = firstFill()
  if (making && branch) {
    return (
      <CustomerForm
        branch={branch.id}
        name={search}
        onBack={() => make(false)}
        onKept={(id) => go(`/customers/${id}`)}
      />
    )
  }
  const set = (value: string) => {
    words.value = value
  }
  return (
    <Screen
      title={say('customers')}
      line={shown ? say('customerCount', { n: shown.all }) : ROOM}
      at="/customers"
      dock={<CustomerSearchDock words={words.value} onWords={set} />}
    >
      {shown && <Filters list={shown} />}
      <p class="found small dim split-wrap" role="status">
        {shown && (search ? say('foundCustomers', { what: search, n: shown.total }) : say('longestFirst'))}
        {shown && branch && (
          <button type="button" class="btn btn-text end" onClick={() => make(true)}>
            {say('newCustomer')}
          </button>
        )}
      </p>
      {!shown || (filling && shown.all === 0) ? <Skeleton label={filling ?? t('firstDownload')} /> : null}
      {shown && !filling && <Nothing list={shown} />}
      {shown && shown.entries.length > 0 && (
        <ul class="card rows cv">
          {shown.entries.map((entry) => (
            <li key={entry.customer.id}>
              <a class="row" href={`#/customers/${entry.customer.id}`}>
                <CustomerWords entry={entry}>
                  <Icon name="next" />
                </CustomerWords>
              </a>
            </li>
          ))}
        </ul>
      )}
      {shown && shown.total > shown.entries.length && <p ref={end} class="empty-tip" />}
    </Screen>
  )
}
