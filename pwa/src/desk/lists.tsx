/** The lists of the desk: branches, people, devices, units and imports. */

import { t } from '../texts/index.ts'
import type { ListOf } from './list.ts'
import type { BranchRow, DeviceRow, ImportRow, PersonRow, UnitRow } from './rows.ts'
import { say } from './say.ts'
import {
  accountChoices,
  accounts,
  activeChoices,
  clockWords,
  deviceChoices,
  deviceStates,
  grantWords,
  importKindChoices,
  importKinds,
  importStates,
  isOldApp,
  kindChoices,
  kinds,
  levelChoices,
  levels,
  roleChoices,
  roomWords,
  stateOfDevice,
  statusChoices,
  statuses,
  waitedWords,
  waitingOrNot,
  when,
} from './words.ts'

/** Words with figures in them; nothing where there are none. */
const n = (words: string) => words && <span class="n">{words}</span>

export const branchList = (): ListOf<BranchRow> => ({
  name: 'branches',
  of: ['branch', 'unit'],
  title: t('branches'),
  find: t('findBranch'),
  sort: 'code',
  size: 50,
  idOf: (row) => row.id,
  empty: t('noBranches'),
  create: say('newBranch'),
  filters: [
    { key: 'unit', label: t('unit'), names: 'units', pick: true },
    { key: 'kind', label: say('kind'), choices: kindChoices() },
    { key: 'status', label: say('status'), choices: statusChoices() },
  ],
  columns: [
    { key: 'name', head: say('name'), sorts: true, cell: (row) => row.name },
    { key: 'code', head: t('code'), sorts: true, cell: (row) => <span class="n">{row.code}</span> },
    { key: 'unit', head: t('unit'), sorts: true, cell: (row) => row.unit_name },
    { key: 'kind', head: say('kind'), sorts: true, cell: (row) => kinds()[row.kind] },
    { key: 'staff_count', head: t('staffCount'), sorts: true, figure: true, cell: (row) => row.staff_count },
    {
      key: 'hours',
      head: t('hours'),
      cell: (row) => row.opens && row.closes && t('hoursFromTo', { opens: row.opens, closes: row.closes }),
    },
    {
      key: 'status',
      head: say('status'),
      sorts: true,
      cell: (row) => (row.status === 'closed' ? <span class="tag">{statuses().closed}</span> : statuses().open),
    },
  ],
})

export const personList = (): ListOf<PersonRow> => ({
  name: 'people',
  of: ['person'],
  title: say('people'),
  find: say('findPerson'),
  sort: 'name',
  size: 50,
  idOf: (row) => row.id,
  empty: say('noPeople'),
  create: say('newPerson'),
  filters: [
    { key: 'place', label: say('home'), names: 'units', pick: true },
    { key: 'role', label: say('role'), choices: roleChoices() },
    { key: 'account', label: say('account'), choices: accountChoices() },
    { key: 'active', label: say('status'), choices: activeChoices() },
  ],
  columns: [
    { key: 'name', head: say('personName'), sorts: true, cell: (row) => row.name },
    { key: 'login', head: t('login'), sorts: true, cell: (row) => row.login && <span class="n">{row.login}</span> },
    { key: 'home', head: say('home'), sorts: true, cell: (row) => row.home_name },
    { key: 'grants', head: say('roles'), cell: (row) => grantWords(row.grants) },
    {
      key: 'account',
      head: say('account'),
      cell: (row) =>
        row.account === 'own' ? accounts().own : <span class="tag tag-warn">{accounts()[row.account]}</span>,
    },
    { key: 'seen_at', head: say('lastSeen'), sorts: true, cell: (row) => <span class="n">{when(row.seen_at)}</span> },
    {
      key: 'active',
      head: say('status'),
      cell: (row) => (row.active ? say('active') : <span class="tag">{say('inactive')}</span>),
    },
  ],
})

export const deviceList = (): ListOf<DeviceRow> => ({
  name: 'devices',
  title: say('devices'),
  create: say('bringRescue'),
  find: say('findDevice'),
  sort: '-seen_at',
  size: 50,
  idOf: (row) => String(row.id),
  empty: say('noDevices'),
  moreSorts: [{ value: 'created_at', word: say('firstSeen') }],
  filters: [
    { key: 'late', label: say('howLate'), choices: [{ value: 'true', word: say('lateOnes') }] },
    { key: 'waiting', label: say('waiting'), choices: [{ value: 'true', word: say('waitingOnes') }] },
    { key: 'place', label: say('home'), names: 'units', pick: true },
    { key: 'state', label: say('status'), choices: deviceChoices() },
    { key: 'person', label: say('person'), names: 'people', pick: false },
  ],
  columns: [
    { key: 'person', head: say('person'), sorts: true, cell: (row) => row.person.name },
    { key: 'waiting', head: say('waiting'), sorts: true, cell: (row) => n(waitingOrNot(row)) },
    {
      key: 'oldest',
      head: say('oldest'),
      sorts: true,
      cell: (row) => (row.late ? <span class="tag tag-fail n">{waitedWords(row)}</span> : n(waitedWords(row))),
    },
    { key: 'seen_at', head: say('lastSeen'), sorts: true, cell: (row) => n(when(row.seen_at)) },
    {
      key: 'app',
      head: say('appVersion'),
      sorts: true,
      spare: true,
      cell: ({ app }) =>
        app && isOldApp(app) ? <span class="tag tag-warn n">{say('appOld', { app })}</span> : n(app ?? ''),
    },
    { key: 'left', head: say('room'), sorts: true, spare: true, cell: (row) => n(roomWords(row)) },
    { key: 'clock_offset', head: say('clock'), sorts: true, spare: true, cell: (row) => n(clockWords(row)) },
    { key: 'name', head: say('device'), cell: (row) => n(say('deviceOf', row)) },
    {
      key: 'state',
      head: say('status'),
      cell: (row) =>
        row.state === 'revoked' ? (
          <span class="tag tag-fail">{stateOfDevice(row)}</span>
        ) : (
          deviceStates()[row.state] + (row.current ? say('thisDevice') : '')
        ),
    },
  ],
})

/** Units are a tree while they stand in its order: each a step further in than the one above it. */
function inTree(row: UnitRow, sort: string) {
  if (sort !== 'tree') return row.name
  return (
    <span class="tree" style={{ '--depth': row.depth }}>
      {row.name}
    </span>
  )
}

export const unitList = (): ListOf<UnitRow> => ({
  name: 'units',
  of: ['unit', 'branch', 'person'],
  title: say('units'),
  find: say('findUnit'),
  sort: 'tree',
  size: 200,
  idOf: (row) => row.id,
  empty: say('noUnits'),
  create: say('newUnit'),
  moreSorts: [{ value: 'tree', word: say('sortTree') }],
  filters: [
    { key: 'under', label: say('under'), names: 'units', pick: true },
    { key: 'level', label: say('level'), choices: levelChoices() },
  ],
  columns: [
    { key: 'name', head: say('name'), sorts: true, cell: inTree },
    { key: 'level', head: say('level'), sorts: true, cell: (row) => levels()[row.level] },
    {
      key: 'path',
      head: say('above'),
      unless: 'tree',
      cell: (row) => row.path.slice(0, -1).join(' · '),
    },
    { key: 'units', head: say('unitsBelow'), figure: true, cell: (row) => row.units },
    { key: 'branches', head: t('branches'), sorts: true, figure: true, cell: (row) => row.branches },
    { key: 'people', head: say('people'), sorts: true, figure: true, cell: (row) => row.people },
  ],
})

export const importList = (): ListOf<ImportRow> => ({
  name: 'imports',
  title: say('imports'),
  find: say('findImport'),
  sort: '-created_at',
  size: 50,
  idOf: (row) => row.id,
  empty: say('noImports'),
  create: say('newImport'),
  noSheet: true,
  filters: [{ key: 'kind', label: say('kind'), choices: importKindChoices() }],
  columns: [
    { key: 'name', head: say('file'), cell: (row) => row.name },
    { key: 'kind', head: say('kind'), cell: (row) => importKinds()[row.kind] },
    {
      key: 'created_at',
      head: say('uploaded'),
      sorts: true,
      cell: (row) => <span class="n">{when(row.created_at)}</span>,
    },
    { key: 'state', head: say('status'), cell: (row) => importStates()[row.state] },
    { key: 'new', head: say('rowsNew'), figure: true, cell: (row) => row.new },
    { key: 'changed', head: say('rowsChanged'), figure: true, cell: (row) => row.changed },
    {
      key: 'wrong',
      head: say('rowsWrong'),
      figure: true,
      cell: (row) => <span class={row.wrong > 0 ? 'c-fail' : undefined}>{row.wrong}</span>,
    },
  ],
})
