import { useState } from 'preact/hooks'
import { go } from '../router.ts'
import { Field } from '../ui/Field.tsx'
import { toast } from '../ui/Notice.tsx'
import { write } from './api.ts'
import { differing, type Faults, type Form, useForm } from './form.ts'
import { unitList } from './lists.tsx'
import { Facts, Panel, Record } from './Panel.tsx'
import { PlaceField } from './PlacePicker.tsx'
import { Ask, Save, Select } from './parts.tsx'
import type { UnitRow } from './rows.ts'
import { placeOf } from './ServerList.tsx'
import { say } from './say.ts'
import { levelChoices, levels } from './words.ts'

interface Fields {
  name: string
  level: UnitRow['level']
  /** Empty for the topmost one. */
  parent: { id: string; name: string }
}

const REFUSALS = { wrong_level: 'level' } as const
const BLANK: Fields = { name: '', level: 'county', parent: { id: '', name: '' } }

const fieldsOf = ({ name, level, parent, path }: UnitRow): Fields => ({
  name,
  level,
  parent: { id: parent ?? '', name: path.at(-2) ?? '' },
})

const bodyOf = ({ name, level, parent }: Partial<Fields>): object => ({
  ...(name !== undefined && { name: name.trim() }),
  ...(level && { level }),
  ...(parent && { parent: parent.id }),
})

function faultsOf({ name, parent }: Fields, topmost: boolean): Faults<Fields> {
  const faults: Faults<Fields> = {}
  if (!name.trim()) faults.name = say('needUnitName')
  if (!parent.id && !topmost) faults.parent = say('needParent')
  return faults
}

function Facility({ form, topmost }: { form: Form<Fields>; topmost: boolean }) {
  const { values, set, wrong } = form
  return (
    <>
      <Field label={say('name')} value={values.name} onInput={set('name')} error={wrong.name} />
      <Select
        label={say('level')}
        value={values.level}
        choices={levelChoices()}
        error={wrong.level}
        onChoose={(level) => set('level')(level as Fields['level'])}
      />
      {!topmost && (
        <PlaceField
          label={say('parent')}
          name={values.parent.name}
          title={say('whichParent')}
          error={wrong.parent}
          onPick={set('parent')}
        />
      )}
    </>
  )
}

function Create({ onClose }: { onClose: () => void }) {
  const form = useForm(BLANK, REFUSALS)
  async function save(e: Event) {
    e.preventDefault()
    if (!form.judge(faultsOf(form.values, false))) return
    const made = await form.send(() => write<UnitRow>('POST', '/api/units', bodyOf(form.values)))
    if (!made) return
    toast(say('unitMade', { name: made.name }))
    go(placeOf('units', made.id), true)
  }
  return (
    <Panel title={say('newUnit')} onClose={onClose}>
      <form class="stack" onSubmit={save} noValidate>
        <Facility form={form} topmost={false} />
        <Save form={form} word={say('createUnit')} />
      </form>
    </Panel>
  )
}

function Edit({ row }: { row: UnitRow }) {
  const form = useForm(fieldsOf(row), REFUSALS)
  const [moving, setMoving] = useState(false)
  const { parent } = form.values
  const topmost = row.parent === null
  async function send() {
    const body = bodyOf(differing(fieldsOf(row), form.values))
    if (await form.send(() => write('PUT', `/api/units/${row.id}`, body))) toast(say('saved'))
  }
  function save(e: Event) {
    e.preventDefault()
    if (!form.judge(faultsOf(form.values, topmost))) return
    if (topmost || parent.id === row.parent) void send()
    else setMoving(true)
  }
  return (
    <form class="stack" onSubmit={save} noValidate>
      <Facility form={form} topmost={topmost} />
      <Save form={form} word={say('save')} />
      {moving && (
        <Ask
          title={say('moveUnit', { name: row.name, to: parent.name })}
          send={say('move')}
          onSend={send}
          onClose={() => setMoving(false)}
        >
          <p>{say('moveUnitMeans', { branches: row.branches, people: row.people, to: parent.name })}</p>
        </Ask>
      )}
    </form>
  )
}

/** A unit of the tree, with what stands below it; or a new one. */
export function UnitPanel({ id, onClose }: { id: string; onClose: () => void }) {
  if (id === 'new') return <Create onClose={onClose} />
  return (
    <Record<UnitRow>
      list="units"
      id={id}
      title={(row) => row.name}
      line={(row) => [levels()[row.level], ...row.path.slice(0, -1)].join(' · ')}
      onClose={onClose}
      draw={(row) => (
        <>
          {row.editable ? (
            <Edit row={row} key={JSON.stringify(fieldsOf(row))} />
          ) : (
            <>
              <Facts list={unitList()} row={row} />
              <p class="hint">{say('notYours')}</p>
            </>
          )}
          <section class="more-acts stack">
            <a class="btn btn-line btn-full" href={`#/desk/branches?unit=${row.id}`}>
              {say('branchesBelow', { n: row.branches })}
            </a>
            <a class="btn btn-line btn-full" href={`#/desk/people?place=${row.id}`}>
              {say('peopleBelow', { n: row.people })}
            </a>
          </section>
        </>
      )}
    />
  )
}
