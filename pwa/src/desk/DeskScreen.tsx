import type { ComponentChildren } from 'preact'
import { hasRole } from '../people/roles.ts'
import { BringPanel } from '../rescue/BringPanel.tsx'
import { query, up } from '../router.ts'
import { latePhones } from '../shell/alarm.ts'
import { Lost } from '../shell/Lost.tsx'
import { Screen } from '../shell/Screen.tsx'
import { wide } from '../shell/wide.ts'
import { Icon } from '../ui/Icon.tsx'
import { ToastPlace } from '../ui/Notice.tsx'
import { BranchPanel } from './BranchPanel.tsx'
import { CustomerPanel } from './CustomerPanel.tsx'
import { customerList } from './customerList.tsx'
import './DeskScreen.css'
import { DevicePanel } from './DevicePanel.tsx'
import { ImportPanel } from './ImportPanel.tsx'
import type { ListOf } from './list.ts'
import { branchList, deviceList, importList, personList, unitList } from './lists.tsx'
import { PersonPanel } from './PersonPanel.tsx'
import { placeOf, ServerList } from './ServerList.tsx'
import { say } from './say.ts'
import { UnitPanel } from './UnitPanel.tsx'
import { inspectionList, visitList } from './workLists.tsx'

type Part = 'inspections' | 'visits' | 'customers' | 'branches' | 'people' | 'devices' | 'units' | 'imports'

const LISTS: Record<Part, () => unknown> = {
  inspections: inspectionList,
  visits: visitList,
  customers: customerList,
  branches: branchList,
  people: personList,
  devices: deviceList,
  units: unitList,
  imports: importList,
}
const listOf = (part: Part) => LISTS[part]() as ListOf<unknown>
const isPart = (name: string): name is Part => name in LISTS

/** A supervisor's are the lists of work, an administrator's those of places and people; phones are everybody's. */
function partsHere(): Part[] {
  const work: Part[] = hasRole('supervisor') ? ['inspections', 'visits', 'customers'] : []
  return [...work, ...(hasRole('admin') ? PLACES : (['devices'] as const))]
}

const PLACES: readonly Part[] = ['branches', 'people', 'devices', 'units', 'imports']

function Parts({ at }: { at: Part }) {
  return (
    <nav class="chips desk-parts" aria-label={say('desk')}>
      {partsHere().map((part) => (
        <a class="chip" href={`#/desk/${part}`} aria-current={part === at ? 'page' : undefined} key={part}>
          {listOf(part).title}
          {part === 'devices' && latePhones.value > 0 && (
            <span class="dot n">
              <span aria-hidden="true">{latePhones.value > 99 ? '99+' : latePhones.value}</span>
              <span class="vh">{say('lateTitle', { n: latePhones.value })}</span>
            </span>
          )}
        </a>
      ))}
    </nav>
  )
}

/** The screen's one green button, while nothing is open that has its own. Places and people are the administrator's. */
function Create({ list, part, open }: { list: ListOf<unknown>; part: Part; open: boolean }) {
  if (!(list.create && partsHere().includes(part))) return null
  return (
    <a class={open ? 'btn btn-line' : 'btn btn-go'} href={`#${placeOf(list.name, 'new')}`}>
      <Icon name="plus" />
      {list.create}
    </a>
  )
}

interface Props {
  part: Part
  id: string | undefined
}

/** What is new among the devices is the work of one that cannot send it. */
const DeviceOrRescue = (props: { id: string; onClose: () => void }) =>
  props.id === 'new' ? <BringPanel {...props} /> : <DevicePanel {...props} />

const PANELS: Partial<Record<Part, (props: { id: string; onClose: () => void }) => ComponentChildren>> = {
  customers: CustomerPanel,
  branches: BranchPanel,
  people: PersonPanel,
  devices: DeviceOrRescue,
  units: UnitPanel,
  imports: ImportPanel,
}

/** Back to the list, asked as it was. */
const toList = (part: Part) => up(query.peek() ? `/desk/${part}?${query.peek()}` : `/desk/${part}`)

function AtDesk({ part, id }: Props) {
  const list = listOf(part)
  const Open = PANELS[part]
  return (
    <main class={id ? 'dk dk--open' : 'dk'} tabIndex={-1}>
      <div class="dk-main">
        <header class="dk-h">
          <h1 tabIndex={-1}>{list.title}</h1>
          <Parts at={part} />
          <Create list={list} part={part} open={id !== undefined} />
        </header>
        <ServerList list={list} chosen={id} key={part} />
        <div class="dk-toast">
          <ToastPlace />
        </div>
      </div>
      {id && Open && <Open id={id} onClose={() => toList(part)} key={id} />}
    </main>
  )
}

function OnPhone({ part, id }: Props) {
  const list = listOf(part)
  const Open = PANELS[part]
  if (id && Open) {
    return (
      <Screen title={id === 'new' ? (list.create ?? list.title) : list.title} onBack={() => toList(part)}>
        <Open id={id} onClose={() => toList(part)} key={id} />
      </Screen>
    )
  }
  return (
    <Screen title={list.title} at="/desk" {...(!hasRole('admin') && { onBack: () => up('/me') })}>
      <Parts at={part} />
      <div class="desk-new">
        <Create list={list} part={part} open={false} />
      </div>
      <ServerList list={list} chosen={undefined} key={part} />
    </Screen>
  )
}

/** The desk of administrators and supervisors: the server's lists, and beside them the record that is open. */
export function DeskScreen({ part, id }: { part?: string; id?: string }) {
  const at = part ?? (hasRole('admin') ? 'branches' : 'inspections')
  if (!isPart(at)) return <Lost />
  return wide.value ? <AtDesk part={at} id={id} /> : <OnPhone part={at} id={id} />
}
