/** The lists of a supervisor's desk: inspections and visits of their branches. */

import type { Inspection, Visit } from '../contract/records.ts'
import { statusWord as inspectionStatus } from '../inspections/words.ts'
import { standardName } from '../standards/titles.ts'
import { points } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import type { Choice } from '../ui/Chips.tsx'
import { KINDS, kindWord, resultWord, statusWord, type Topic, topicWord } from '../visits/words.ts'
import type { ListOf } from './list.ts'
import { say } from './say.ts'
import { when } from './words.ts'

/** Times in epoch ms, `total` in tenths of a point. */
interface InspectionRow extends Pick<Inspection, 'status' | 'started_at' | 'submitted_at'> {
  id: string
  branch_name: string
  standard_code: string
  standard_title: string
  standard_title_en: string | null
  lead_name: string
  total: number | null
  vetoes: number
}

interface VisitRow extends Pick<Visit, 'kind' | 'status' | 'started_at' | 'result' | 'satisfaction'> {
  id: string
  branch_name: string
  person_name: string
  customer_name: string
  topics: Topic[]
  /** What was heard waits, or was answered. */
  heard: 'open' | 'dealt' | null
}

const INSPECTIONS = ['draft', 'submitted', 'returned', 'approved', 'void'] as const
const VISITS = ['draft', 'closed', 'void'] as const

const visitStatus = (status: Visit['status']): string => statusWord({ status } as Visit, false)
const choices = <T extends string>(values: readonly T[], word: (value: T) => string): Choice<T>[] =>
  values.map((value) => ({ value, word: word(value) }))

const inUnit = () => ({ key: 'unit', label: t('unit'), names: 'units', pick: true }) as const

const standardOf = ({ standard_code, standard_title, standard_title_en }: InspectionRow): string =>
  standardName({ code: standard_code, title: standard_title, document: { name_en: standard_title_en } })

export const inspectionList = (): ListOf<InspectionRow> => ({
  name: 'inspections',
  api: 'lists/inspections',
  of: ['inspection'],
  title: say('inspections'),
  find: say('findInspection'),
  sort: '-submitted_at',
  size: 50,
  idOf: (row) => row.id,
  to: ({ id, status }) => (status === 'draft' ? `/inspections/${id}` : `/review/${id}`),
  empty: say('noInspections'),
  filters: [
    inUnit(),
    { key: 'status', label: say('status'), choices: choices(INSPECTIONS, inspectionStatus) },
    { key: 'lead', label: say('inspector'), names: 'people', pick: false },
  ],
  columns: [
    { key: 'branch', head: say('branchHead'), sorts: true, cell: (row) => row.branch_name },
    { key: 'lead', head: say('inspector'), sorts: true, cell: (row) => row.lead_name },
    { key: 'standard', head: say('standard'), cell: standardOf },
    {
      key: 'submitted_at',
      head: say('submittedAt'),
      sorts: true,
      cell: (row) => <span class="n">{when(row.submitted_at)}</span>,
    },
    {
      key: 'started_at',
      head: say('startedAt'),
      sorts: true,
      cell: (row) => <span class="n">{when(row.started_at)}</span>,
    },
    {
      key: 'total',
      head: say('score'),
      sorts: true,
      figure: true,
      cell: (row) => (row.total === null ? '' : points(row.total)),
    },
    {
      key: 'status',
      head: say('status'),
      sorts: true,
      cell: (row) => (
        <>
          {inspectionStatus(row.status)}{' '}
          {row.vetoes > 0 && <span class="tag tag-fail">{say('vetoed', { n: row.vetoes })}</span>}
        </>
      ),
    },
  ],
})

const heardWord = (heard: 'open' | 'dealt'): string => (heard === 'open' ? say('heardOpen') : say('heardDealt'))

function told({ result, satisfaction, topics }: VisitRow): string {
  const words = [result && resultWord(result), satisfaction !== null && say('pointsOf', { n: satisfaction })]
  return [...words, topics.map(topicWord).join(t('listComma'))].filter(Boolean).join(' · ')
}

export const visitList = (): ListOf<VisitRow> => ({
  name: 'visits',
  api: 'lists/visits',
  of: ['visit', 'comment'],
  title: say('visitsTitle'),
  find: say('findVisit'),
  sort: '-started_at',
  size: 50,
  idOf: (row) => row.id,
  to: ({ id, heard }) => (heard ? `/heard/${id}` : `/visits/${id}`),
  empty: say('noVisits'),
  filters: [
    inUnit(),
    { key: 'kind', label: say('visitKind'), choices: choices(KINDS, kindWord) },
    { key: 'status', label: say('status'), choices: choices(VISITS, visitStatus) },
    { key: 'heard', label: say('heard'), choices: choices(['open', 'dealt'] as const, heardWord) },
    { key: 'person', label: say('visitor'), names: 'people', pick: false },
  ],
  columns: [
    { key: 'branch', head: say('branchHead'), sorts: true, cell: (row) => row.branch_name },
    {
      key: 'started_at',
      head: say('visitedAt'),
      sorts: true,
      cell: (row) => <span class="n">{when(row.started_at)}</span>,
    },
    { key: 'person', head: say('visitor'), sorts: true, cell: (row) => row.person_name },
    { key: 'customer', head: say('customer'), cell: (row) => row.customer_name },
    { key: 'kind', head: say('visitKind'), sorts: true, cell: (row) => kindWord(row.kind) },
    { key: 'told', head: say('visitResult'), cell: told },
    { key: 'heard', head: say('heard'), cell: (row) => row.heard && <span class="tag">{heardWord(row.heard)}</span> },
    { key: 'status', head: say('status'), sorts: true, cell: (row) => visitStatus(row.status) },
  ],
})
