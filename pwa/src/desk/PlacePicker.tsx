import { useEffect, useId, useState } from 'preact/hooks'
import '../ui/Card.css'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import { read } from './api.ts'
import { Problem, Wrong } from './parts.tsx'
import type { BranchRow, Page, UnitRow } from './rows.ts'
import { say } from './say.ts'

/** A unit or a branch one may point at. */
export interface Place {
  id: string
  type: 'unit' | 'branch'
  name: string
}

interface Found extends Place {
  /** Where it stands. */
  where: string
}

const MOST = 30

async function find(words: string, units: boolean, branches: boolean): Promise<Found[] | null> {
  const asked = new URLSearchParams({ q: words, size: String(MOST) })
  const [inUnits, inBranches] = await Promise.all([
    units ? read<Page<UnitRow>>(`/api/units?${asked}`) : null,
    // without words there are too many branches to choose from
    branches && words ? read<Page<BranchRow>>(`/api/branches?${asked}`) : null,
  ])
  if (inUnits?.ok === false || inBranches?.ok === false) return null
  const found: Found[] = []
  for (const { id, name, path } of inUnits?.value.rows ?? []) {
    found.push({ id, type: 'unit', name, where: path.slice(0, -1).join(' · ') })
  }
  for (const { id, name, code, unit_name } of inBranches?.value.rows ?? []) {
    found.push({ id, type: 'branch', name, where: `${code} · ${unit_name}` })
  }
  return found
}

interface PickerProps {
  title: string
  units?: boolean
  branches?: boolean
  onPick: (place: Place) => void
  onClose: () => void
}

/** Chooses a unit or a branch by name, initials or code. */
export function PlacePicker({ title, units = true, branches = false, onPick, onClose }: PickerProps) {
  const [words, setWords] = useState('')
  const [found, show] = useState<Found[] | null | undefined>()
  const wanted = words.trim()
  useEffect(() => {
    let over = false
    const timer = setTimeout(() => find(wanted, units, branches).then((next) => over || show(next)), wanted ? 200 : 0)
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [wanted, units, branches])
  return (
    <Sheet title={title} onClose={onClose}>
      <div class="gap">
        <Field
          label={say(branches ? 'findPlace' : 'findUnit')}
          value={words}
          onInput={setWords}
          input={{ type: 'search', autocomplete: 'off', enterkeyhint: 'search' }}
        />
      </div>
      {found === null && <Problem code="offline" />}
      <ul class="rows picks">
        {found?.map((place) => (
          <li key={place.id}>
            <button
              type="button"
              class="row"
              onClick={() => {
                onClose()
                onPick(place)
              }}
            >
              <Icon name={place.type === 'unit' ? 'flag' : 'branch'} />
              <span class="grow">
                <span class="row-t">{place.name}</span>
                <br />
                <span class="row-s">{place.where}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found?.length === 0 && <p class="small dim">{say('noneFound')}</p>}
    </Sheet>
  )
}

interface FieldProps {
  label: string
  hint?: string
  /** The name of what is chosen; empty before anything is. */
  name: string
  title: string
  units?: boolean
  branches?: boolean
  error?: string | undefined
  disabled?: boolean
  onPick: (place: Place) => void
}

/** A place in a form: its name, and a way to another one. */
export function PlaceField({ label, hint, name, error, disabled, onPick, ...picker }: FieldProps) {
  const id = useId()
  const [open, setOpen] = useState(false)
  return (
    <div class="field">
      <span class="legend" id={id}>
        {label}
      </span>
      <button
        type="button"
        class={error ? 'input input--bad input--pick' : 'input input--pick'}
        aria-describedby={error ? `${id}-h` : undefined}
        disabled={disabled}
        onClick={() => setOpen(true)}
      >
        <span class="vh">{label} </span>
        <span class={name ? 'grow' : 'grow faint'}>{name || say('choose')}</span>
        <Icon name="next" />
      </button>
      {error ? <Wrong id={`${id}-h`}>{error}</Wrong> : hint && <p class="hint">{hint}</p>}
      {open && <PlacePicker {...picker} onPick={onPick} onClose={() => setOpen(false)} />}
    </div>
  )
}
