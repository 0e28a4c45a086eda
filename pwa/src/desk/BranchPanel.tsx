import { useState } from 'preact/hooks'
import { go } from '../router.ts'
import { t } from '../texts/index.ts'
import { Field } from '../ui/Field.tsx'
import { toast } from '../ui/Notice.tsx'
import { write } from './api.ts'
import { differing, type Faults, type Form, useForm } from './form.ts'
import { branchList } from './lists.tsx'
import { Facts, Panel, Record } from './Panel.tsx'
import { PlaceField } from './PlacePicker.tsx'
import { Ask, Save, Select, Wrong } from './parts.tsx'
import { positionFrom, positionText } from './position.ts'
import type { BranchRow } from './rows.ts'
import { placeOf } from './ServerList.tsx'
import { say } from './say.ts'
import { kindChoices } from './words.ts'

/** As it stands in the fields. */
interface Fields {
  code: string
  name: string
  kind: BranchRow['kind']
  unit: { id: string; name: string }
  address: string
  staff_count: string
  opens: string
  closes: string
  position: string
}

const BLANK: Fields = {
  code: '',
  name: '',
  kind: 'post_office',
  unit: { id: '', name: '' },
  address: '',
  staff_count: '',
  opens: '',
  closes: '',
  position: '',
}

const fieldsOf = (row: BranchRow): Fields => ({
  code: row.code,
  name: row.name,
  kind: row.kind,
  unit: { id: row.unit, name: row.unit_name },
  address: row.address ?? '',
  staff_count: row.staff_count === null ? '' : String(row.staff_count),
  opens: row.opens ?? '',
  closes: row.closes ?? '',
  position: positionText(row.position),
})

function bodyOf(fields: Partial<Fields>): object {
  const { unit, staff_count, position, ...texts } = fields
  const body: { [key: string]: unknown } = {}
  for (const [key, value] of Object.entries(texts)) body[key] = value.trim() || null
  if (unit) body['unit'] = unit.id
  if (staff_count !== undefined) body['staff_count'] = staff_count.trim() ? Number(staff_count) : null
  if (position !== undefined) body['position'] = positionFrom(position, Date.now()) ?? null
  return body
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/

function faultsOf(fields: Fields): Faults<Fields> {
  const { code, name, unit, staff_count, opens, closes, position } = fields
  const faults: Faults<Fields> = {}
  if (!code.trim()) faults.code = say('needCode')
  if (!name.trim()) faults.name = say('needBranchName')
  if (!unit.id) faults.unit = say('needUnit')
  if (staff_count.trim() && !/^\d{1,6}$/.test(staff_count.trim())) faults.staff_count = say('needCount')
  for (const key of ['opens', 'closes'] as const) {
    if (fields[key].trim() && !TIME.test(fields[key].trim())) faults[key] = say('needTime')
  }
  if (!opens.trim() !== !closes.trim()) faults[opens.trim() ? 'closes' : 'opens'] = say('needBothHours')
  if (positionFrom(position, 0) === undefined) faults.position = say('needPosition')
  return faults
}

function Facility({ form }: { form: Form<Fields> }) {
  const { values, set, wrong } = form
  return (
    <>
      <Field label={say('name')} value={values.name} onInput={set('name')} error={wrong.name} />
      <Field label={t('code')} value={values.code} onInput={set('code')} error={wrong.code} />
      <Select
        label={say('kind')}
        value={values.kind}
        choices={kindChoices()}
        onChoose={(kind) => set('kind')(kind as Fields['kind'])}
      />
      <PlaceField
        label={t('unit')}
        name={values.unit.name}
        title={say('whichUnit')}
        error={wrong.unit}
        onPick={set('unit')}
      />
      <Field label={t('address')} value={values.address} onInput={set('address')} error={wrong.address} />
      <Field
        label={t('staffCount')}
        value={values.staff_count}
        onInput={set('staff_count')}
        error={wrong.staff_count}
        input={{ inputMode: 'numeric' }}
      />
      <div class="two">
        <Field
          label={say('opens')}
          value={values.opens}
          onInput={set('opens')}
          error={wrong.opens}
          input={{ placeholder: '08:30', maxLength: 5 }}
        />
        <Field
          label={say('closes')}
          value={values.closes}
          onInput={set('closes')}
          error={wrong.closes}
          input={{ placeholder: '17:30', maxLength: 5 }}
        />
      </div>
      <Field
        label={say('position')}
        hint={say('positionHint')}
        value={values.position}
        onInput={set('position')}
        error={wrong.position}
        input={{ placeholder: '30.0000, 120.0000' }}
      />
    </>
  )
}

function Create({ onClose }: { onClose: () => void }) {
  const form = useForm(BLANK, { code_taken: 'code' })
  async function save(e: Event) {
    e.preventDefault()
    if (!form.judge(faultsOf(form.values))) return
    const made = await form.send(() => write<BranchRow>('POST', '/api/branches', bodyOf(form.values)))
    if (!made) return
    toast(say('branchMade', { name: made.name }))
    go(placeOf('branches', made.id), true)
  }
  return (
    <Panel title={say('newBranch')} onClose={onClose}>
      <form class="stack" onSubmit={save} noValidate>
        <Facility form={form} />
        <Save form={form} word={say('createBranch')} />
      </form>
    </Panel>
  )
}

function Edit({ row }: { row: BranchRow }) {
  const form = useForm(fieldsOf(row), { code_taken: 'code' })
  const [moving, setMoving] = useState(false)
  const { unit } = form.values
  async function send() {
    const body = bodyOf(differing(fieldsOf(row), form.values))
    if (await form.send(() => write('PUT', `/api/branches/${row.id}`, body))) toast(say('saved'))
  }
  function save(e: Event) {
    e.preventDefault()
    if (!form.judge(faultsOf(form.values))) return
    if (unit.id === row.unit) void send()
    else setMoving(true)
  }
  return (
    <form class="stack" onSubmit={save} noValidate>
      <Facility form={form} />
      <Save form={form} word={say('save')} />
      {moving && (
        <Ask
          title={say('moveBranch', { name: row.name, to: unit.name })}
          send={say('move')}
          onSend={send}
          onClose={() => setMoving(false)}
        >
          <p>{say('moveBranchMeans', { from: row.unit_name, to: unit.name })}</p>
        </Ask>
      )}
    </form>
  )
}

/** Closing a branch and opening it again. */
function OpenOrClose({ row }: { row: BranchRow }) {
  const [asking, setAsking] = useState(false)
  const form = useForm({})
  const open = row.status === 'open'
  async function send() {
    const status = open ? 'closed' : 'open'
    const done = await form.send(() => write('PUT', `/api/branches/${row.id}`, { status }))
    if (done) toast(say(open ? 'branchClosed' : 'branchOpened', { name: row.name }))
  }
  return (
    <section class="more-acts">
      <button type="button" class="btn btn-line btn-full" onClick={() => setAsking(true)}>
        {say(open ? 'closeBranch' : 'openBranch')}
      </button>
      {form.wrong.form && <Wrong>{form.wrong.form}</Wrong>}
      {asking && (
        <Ask
          title={say(open ? 'closeBranchAsk' : 'openBranchAsk', { name: row.name })}
          send={say(open ? 'closeBranch' : 'openBranch')}
          danger={open}
          onSend={send}
          onClose={() => setAsking(false)}
        >
          <p>{say(open ? 'closeBranchMeans' : 'openBranchMeans')}</p>
        </Ask>
      )}
    </section>
  )
}

/** A branch: its facts to change, where one may; or a new one. */
export function BranchPanel({ id, onClose }: { id: string; onClose: () => void }) {
  if (id === 'new') return <Create onClose={onClose} />
  return (
    <Record<BranchRow>
      list="branches"
      id={id}
      title={(row) => row.name}
      line={(row) => `${row.code} · ${row.unit_name}`}
      onClose={onClose}
      draw={(row) =>
        row.editable ? (
          <>
            <Edit row={row} key={JSON.stringify(fieldsOf(row))} />
            <OpenOrClose row={row} />
          </>
        ) : (
          <>
            <Facts list={branchList()} row={row} />
            <p class="hint">{say('notYours')}</p>
          </>
        )
      }
    />
  )
}
