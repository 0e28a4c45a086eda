import { useState } from 'preact/hooks'
import { go } from '../router.ts'
import { t } from '../texts/index.ts'
import { Field } from '../ui/Field.tsx'
import { toast } from '../ui/Notice.tsx'
import { write } from './api.ts'
import { differing, type Faults, type Form, useForm } from './form.ts'
import { GrantsField } from './GrantsField.tsx'
import { personList } from './lists.tsx'
import { Once, type Secret } from './Once.tsx'
import { Facts, Panel, Record } from './Panel.tsx'
import { PersonActs } from './PersonActs.tsx'
import { type Place, PlaceField } from './PlacePicker.tsx'
import { Save, Wrong } from './parts.tsx'
import type { Grant, PersonRow } from './rows.ts'
import { placeOf } from './ServerList.tsx'
import { say } from './say.ts'
import { accounts } from './words.ts'

interface Fields {
  name: string
  login: string
  home: Place
  grants: Grant[]
}

const REFUSALS = { login_taken: 'login', last_admin: 'grants' } as const
const BLANK: Fields = { name: '', login: '', home: { id: '', type: 'unit', name: '' }, grants: [] }

const fieldsOf = ({ name, login, home, home_name, home_type, grants }: PersonRow): Fields => ({
  name,
  login: login ?? '',
  home: { id: home, type: home_type, name: home_name },
  grants,
})

/** As the server takes them: each names a unit or a branch. */
const grantsBody = (grants: readonly Grant[]) =>
  grants.map(({ role, unit, branch }) => (branch ? { role, branch } : { role, unit }))

function bodyOf({ name, login, home }: Partial<Fields>): object {
  return {
    ...(name !== undefined && { name: name.trim() }),
    ...(login?.trim() && { login: login.trim() }),
    ...(home && { home: home.id }),
  }
}

function faultsOf({ name, home, grants, login }: Fields, before: string | null): Faults<Fields> {
  const faults: Faults<Fields> = {}
  if (!name.trim()) faults.name = say('needPersonName')
  if (before && !login.trim()) faults.login = say('needLoginStays')
  if (!home.id) faults.home = say('needHome')
  if (grants.some(({ unit, branch }) => !unit && !branch)) faults.grants = say('needGrantPlace')
  return faults
}

function Who({ form }: { form: Form<Fields> }) {
  const { values, set, wrong } = form
  return (
    <>
      <Field label={say('personName')} value={values.name} onInput={set('name')} error={wrong.name} />
      <Field
        label={t('login')}
        hint={say('loginHint')}
        value={values.login}
        onInput={set('login')}
        error={wrong.login}
        input={{ autocapitalize: 'none', autocomplete: 'off', maxLength: 80 }}
      />
      <PlaceField
        label={say('home')}
        name={values.home.name}
        title={say('whichHome')}
        branches
        error={wrong.home}
        onPick={set('home')}
      />
      <GrantsField grants={values.grants} home={values.home} error={wrong.grants} onChange={set('grants')} />
    </>
  )
}

function Create({ onClose }: { onClose: () => void }) {
  const form = useForm(BLANK, REFUSALS)
  const [made, setMade] = useState<({ person: PersonRow } & Secret) | null>(null)
  const opened = (person: PersonRow) => go(placeOf('people', person.id), true)
  async function save(e: Event) {
    e.preventDefault()
    if (!form.judge(faultsOf(form.values, null))) return
    const body = { ...bodyOf(form.values), grants: grantsBody(form.values.grants) }
    const done = await form.send(() => write<{ person: PersonRow } & Secret>('POST', '/api/people', body))
    if (!done) return
    toast(say('personMade', { name: done.person.name }))
    if (done.password) setMade(done)
    else opened(done.person)
  }
  return (
    <Panel title={say('newPerson')} onClose={onClose}>
      <form class="stack" onSubmit={save} noValidate>
        <Who form={form} />
        <Save form={form} word={say('createPerson')} />
      </form>
      {made && <Once secret={made} who={made.person.name} onClose={() => opened(made.person)} />}
    </Panel>
  )
}

function Edit({ row, onLogin }: { row: PersonRow; onLogin: () => Promise<void> }) {
  const form = useForm(fieldsOf(row), REFUSALS)
  async function save(e: Event) {
    e.preventDefault()
    if (!form.judge(faultsOf(form.values, row.login))) return
    const { grants, ...facts } = differing(fieldsOf(row), form.values)
    const at = `/api/people/${row.id}`
    // what a person is comes first: what they may do is refused on its own
    if (Object.keys(facts).length > 0 && !(await form.send(() => write('PUT', at, bodyOf(facts))))) return
    if (facts.login?.trim() && !row.login) await onLogin()
    if (grants && !(await form.send(() => write('PUT', `${at}/grants`, { grants: grantsBody(grants) })))) return
    toast(say('saved'))
  }
  return (
    <form class="stack" onSubmit={save} noValidate>
      <Who form={form} />
      <Save form={form} word={say('save')} />
    </form>
  )
}

/** An active person to be edited, or one who is not with all that is known; and a first password where one was made. */
function Person({ row }: { row: PersonRow }) {
  const [secret, setSecret] = useState<Secret | null>(null)
  const [failed, setFailed] = useState(false)
  const tell = (made: Secret) => {
    setFailed(false)
    setSecret(made)
  }
  /** Whoever had no login until now gets a first password with it, as a new person does. */
  async function invite() {
    const made = await write<Secret>('POST', `/api/people/${row.id}/password`)
    if (made.ok) tell(made.value)
    else setFailed(true)
  }
  return (
    <>
      {row.active ? (
        <Edit row={row} onLogin={invite} key={JSON.stringify(fieldsOf(row))} />
      ) : (
        <Facts list={personList()} row={row} />
      )}
      {failed && <Wrong>{say('noFirstPassword', { reset: say('reset') })}</Wrong>}
      <PersonActs row={row} onSecret={tell} />
      {secret && <Once secret={secret} who={row.name} onClose={() => setSecret(null)} />}
    </>
  )
}

/** A person: who they are, what they may do where, and their way in; or a new one. */
export function PersonPanel({ id, onClose }: { id: string; onClose: () => void }) {
  if (id === 'new') return <Create onClose={onClose} />
  return (
    <Record<PersonRow>
      list="people"
      id={id}
      title={(row) => row.name}
      line={(row) =>
        [row.login, accounts()[row.account], row.active ? '' : say('inactive')].filter(Boolean).join(' · ')
      }
      onClose={onClose}
      draw={(row) => <Person row={row} />}
    />
  )
}
