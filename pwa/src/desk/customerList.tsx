/** The supervisor's list of customers: who waits longest for a visit first. */

import type { Customer } from '../contract/records.ts'
import { day } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import { timeOf } from '../visits/words.ts'
import type { ListOf } from './list.ts'
import { say } from './say.ts'
import { when } from './words.ts'

/** Times in epoch ms; `follow_up_on` a day such as `2026-12-01`; of the number only its ends are told. */
interface CustomerRow extends Pick<Customer, 'name' | 'kind' | 'phone' | 'route' | 'tier'> {
  id: string
  branch_name: string
  visited_at: number | null
  follow_up_on: string | null
  /** Something heard there waits for an answer. */
  waiting: boolean
}

const idleWord = (idle: string): string =>
  idle === 'never' ? say('neverVisited') : say('idleDays', { n: Number(idle) })

export const customerList = (): ListOf<CustomerRow> => ({
  name: 'customers',
  api: 'lists/customers',
  of: ['customer', 'visit', 'comment'],
  title: say('customers'),
  find: say('findCustomer'),
  sort: 'visited_at',
  size: 50,
  idOf: (row) => row.id,
  empty: say('noCustomersYet'),
  filters: [
    { key: 'unit', label: t('unit'), names: 'units', pick: true },
    { key: 'branch', label: say('branchHead'), names: 'branches', pick: true },
    {
      key: 'idle',
      label: say('lastVisit'),
      choices: ['30', '60', '90', '180', 'never'].map((value) => ({ value, word: idleWord(value) })),
    },
    { key: 'waiting', label: say('heard'), choices: [{ value: 'true', word: say('heardOpen') }] },
    { key: 'tier', label: say('tier'), typed: true },
    { key: 'route', label: say('route'), typed: true },
  ],
  columns: [
    { key: 'name', head: say('customer'), sorts: true, cell: (row) => row.name },
    { key: 'branch', head: say('branchHead'), cell: (row) => row.branch_name },
    { key: 'tier', head: say('tier'), cell: (row) => row.tier },
    { key: 'route', head: say('route'), cell: (row) => row.route },
    { key: 'phone', head: say('phone'), cell: (row) => row.phone && <span class="n">{row.phone}</span> },
    {
      key: 'visited_at',
      head: say('lastVisit'),
      sorts: true,
      cell: (row) => <span class="n">{row.visited_at === null ? say('neverVisited') : when(row.visited_at)}</span>,
    },
    {
      key: 'follow_up_on',
      head: say('promisedFor'),
      cell: (row) => row.follow_up_on && <span class="n">{day(timeOf(row.follow_up_on))}</span>,
    },
    {
      key: 'waiting',
      head: say('heard'),
      cell: (row) => (row.waiting ? <span class="tag tag-warn">{say('heardOpen')}</span> : null),
    },
  ],
})
