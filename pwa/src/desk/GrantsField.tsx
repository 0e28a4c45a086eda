import { useState } from 'preact/hooks'
import { Icon } from '../ui/Icon.tsx'
import { type Place, PlacePicker } from './PlacePicker.tsx'
import { Select, Wrong } from './parts.tsx'
import type { Grant } from './rows.ts'
import { say } from './say.ts'
import { roleChoices, roleWord } from './words.ts'

interface Props {
  grants: readonly Grant[]
  /** Where a new role holds at first. */
  home: Place
  error?: string | undefined
  onChange: (grants: Grant[]) => void
}

const over = (grant: Grant, { id, type, name }: Place): Grant => ({
  role: grant.role,
  name,
  unit: type === 'unit' ? id : null,
  branch: type === 'branch' ? id : null,
})

/** What a person may do, and over which unit or branch each of it. */
export function GrantsField({ grants, home, error, onChange }: Props) {
  const [picking, setPicking] = useState<number | null>(null)
  const put = (at: number, grant: Grant) => onChange(grants.map((one, i) => (i === at ? grant : one)))
  const picked = picking === null ? undefined : grants[picking]
  return (
    <fieldset class="field grants">
      <legend class="legend">{say('roles')}</legend>
      <ul>
        {grants.map((grant, i) => (
          <li key={i}>
            <Select
              bare
              label={say('role')}
              value={grant.role}
              choices={roleChoices()}
              onChoose={(role) => put(i, { ...grant, role: role as Grant['role'] })}
            />
            <button type="button" class="input input--pick" onClick={() => setPicking(i)}>
              <span class="vh">{say('over')} </span>
              <span class="grow">{grant.name || say('choose')}</span>
              <Icon name="next" />
            </button>
            <button
              type="button"
              class="icon-b"
              aria-label={say('takeRole', { role: roleWord(grant.role), place: grant.name })}
              onClick={() => onChange(grants.filter((_, at) => at !== i))}
            >
              <Icon name="cross" />
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="btn btn-text"
        onClick={() => onChange([...grants, over({ role: 'inspector', name: '' }, home)])}
      >
        <Icon name="plus" />
        {say('addRole')}
      </button>
      {error ? <Wrong>{error}</Wrong> : <p class="hint">{say('rolesHint')}</p>}
      {picked && picking !== null && (
        <PlacePicker
          title={say('whichPlace', { role: roleWord(picked.role) })}
          branches
          onPick={(place) => put(picking, over(picked, place))}
          onClose={() => setPicking(null)}
        />
      )}
    </fieldset>
  )
}
