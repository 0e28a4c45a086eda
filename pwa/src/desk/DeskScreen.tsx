import type { ComponentChildren } from 'preact'
import { query, up } from '../router.ts'
import { Lost } from '../shell/Lost.tsx'
import { Screen } from '../shell/Screen.tsx'
import { wide } from '../shell/wide.ts'
import { Icon } from '../ui/Icon.tsx'
import { ToastPlace } from '../ui/Notice.tsx'
import { BranchPanel } from './BranchPanel.tsx'
import './DeskScreen.css'
import { DevicePanel } from './DevicePanel.tsx'
import { ImportPanel } from './ImportPanel.tsx'
import type { ListOf } from './list.ts'
import { branchList, deviceList, importList, personList, unitList } from './lists.tsx'
import { PersonPanel } from './PersonPanel.tsx'
import { placeOf, ServerList } from './ServerList.tsx'
import { say } from './say.ts'
import { UnitPanel } from './UnitPanel.tsx'

type Part = 'branches' | 'people' | 'devices' | 'units' | 'imports'

const LISTS: Record<Part, () => unknown> = {
  branches: branchList,
  people: personList,
  devices: deviceList,
  units: unitList,
  imports: importList,
}
const listOf = (part: Part) => LISTS[part]() as ListOf<unknown>
const isPart = (name: string): name is Part => name in LISTS

function Parts({ at }: { at: Part }) {
  return (
    <nav class="chips desk-parts" aria-label={say('desk')}>
      {(Object.keys(LISTS) as Part[]).map((part) => (
        <a class="chip" href={`#/desk/${part}`} aria-current={part === at ? 'page' : undefined} key={part}>
          {listOf(part).title}
        </a>
      ))}
    </nav>
  )
}

/** The screen's one green button, while nothing is open that has its own. */
function Create({ list, open }: { list: ListOf<unknown>; open: boolean }) {
  if (!list.create) return null
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

const PANELS: Record<Part, (props: { id: string; onClose: () => void }) => ComponentChildren> = {
  branches: BranchPanel,
  people: PersonPanel,
  devices: DevicePanel,
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
          <Create list={list} open={id !== undefined} />
        </header>
        <ServerList list={list} chosen={id} key={part} />
        <div class="dk-toast">
          <ToastPlace />
        </div>
      </div>
      {id && <Open id={id} onClose={() => toList(part)} key={id} />}
    </main>
  )
}

function OnPhone({ part, id }: Props) {
  const list = listOf(part)
  const Open = PANELS[part]
  if (id) {
    return (
      <Screen title={id === 'new' ? (list.create ?? list.title) : list.title} onBack={() => toList(part)}>
        <Open id={id} onClose={() => toList(part)} key={id} />
      </Screen>
    )
  }
  return (
    <Screen title={list.title} at="/desk">
      <Parts at={part} />
      <div class="desk-new">
        <Create list={list} open={false} />
      </div>
      <ServerList list={list} chosen={undefined} key={part} />
    </Screen>
  )
}

/** The administrator's desk: the server's lists, and beside them the record that is open. */
export function DeskScreen({ part = 'branches', id }: { part?: string; id?: string }) {
  if (!isPart(part)) return <Lost />
  return wide.value ? <AtDesk part={part} id={id} /> : <OnPhone part={part} id={id} />
}
