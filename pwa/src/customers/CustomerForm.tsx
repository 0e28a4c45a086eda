import { useEffect, useState } from 'preact/hooks'
import { askPosition, here, positionNow } from '../branches/here.ts'
import type { Customer, Position } from '../contract/records.ts'
import type { Row } from '../core/rows.ts'
import { useLive } from '../database/live.ts'
import { Screen } from '../shell/Screen.tsx'
import { distance as metres } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Segment } from '../ui/Chips.tsx'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Banner } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { Dock } from '../ui/VerdictDock.tsx'
import { say } from '../visits/say.ts'
import '../visits/visits.css'
import { addCustomer, editCustomer, type Facts } from './acts.ts'
import { CustomerWords } from './CustomerPick.tsx'
import { masked } from './mask.ts'
import { likeThis } from './queries.ts'

type CustomerKind = NonNullable<Customer['kind']>
const PAUSE = 250

interface Props {
  branch: string
  /** Whom to edit; without, somebody new. */
  known?: Row<'customer'>
  /** What was searched for. */
  name?: string
  onBack: () => void
  onKept: (id: string) => void
}

interface Draft {
  name: string
  kind: CustomerKind
  contact: string
  phone: string
  address: string
  route: string
  tier: string
  remark: string
  position: Position | null
}

const draftOf = (known: Row<'customer'> | undefined, name: string): Draft => ({
  name: known?.name ?? (/^[\d\s-]+$/.test(name) ? '' : name),
  kind: known?.kind ?? 'organisation',
  contact: known?.contact ?? '',
  phone: known ? '' : /^[\d\s-]{5,}$/.test(name) ? name : '',
  address: known?.address ?? '',
  route: known?.route ?? '',
  tier: known?.tier ?? '',
  remark: known?.remark ?? '',
  position: known?.position ?? null,
})

/** The draft as it was a moment ago: what is typed is compared once the typing pauses. */
function useSettled<T>(value: T): T {
  const [settled, settle] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => settle(value), PAUSE)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

function Near({ rows, onUse }: { rows: readonly Row<'customer'>[]; onUse: (id: string) => void }) {
  if (rows.length === 0) return null
  return (
    <section role="status">
      <Banner tone="warn" icon="info" title={say('nearTitle')}>
        {say('nearText')}
      </Banner>
      <ul class="card rows gap">
        {rows.map((customer) => (
          <li class="row" key={customer.id}>
            <CustomerWords entry={{ customer, last: null }} />
            <button type="button" class="btn btn-text" onClick={() => onUse(customer.id)}>
              {say('useThis')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Place({ position, onTake }: { position: Position | null; onTake: () => void }) {
  if (position) return <p class="hint n">{say('placeTaken', { metres: metres(position.accuracy) })}</p>
  return (
    <button type="button" class="chip" aria-disabled={here.value === 'asking'} onClick={onTake}>
      <Icon name="pin" />
      {here.value === 'asking' ? t('locating') : say('takePlace')}
    </button>
  )
}

function factsOf(draft: Draft, known: Row<'customer'> | undefined): Facts {
  const { phone, ...rest } = draft
  const facts: Facts = { ...rest, name: draft.name.trim() }
  if (phone.trim() || !known) facts.phone = phone.trim()
  return facts
}

/** Somebody new, or what is known of somebody: never refused for being like another, only asked. */
export function CustomerForm({ branch, known, name = '', onBack, onKept }: Props) {
  const [draft, setDraft] = useState(() => draftOf(known, name))
  const [taking, take] = useState(false)
  const [missing, setMissing] = useState(false)
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  const settled = useSettled(draft)
  const near = useLive(
    () => likeThis(branch, { ...settled, position: settled.position ?? positionNow() }, known?.id),
    [settled, branch],
  )
  useEffect(() => {
    const position = positionNow()
    if (taking && position && !draft.position) change({ position })
  }, [taking, here.value])

  const keep = useOnce(async () => {
    if (!draft.name.trim()) return setMissing(true)
    const facts = factsOf(draft, known)
    if (known) await editCustomer(known.id, facts)
    onKept(known ? known.id : await addCustomer(branch, { ...facts, name: draft.name.trim() }))
  })

  const line = (field: 'contact' | 'address' | 'route' | 'tier', label: string) => (
    <Field
      label={label}
      aside={t('optional')}
      value={draft[field]}
      onInput={(value) => change({ [field]: value })}
      input={{ maxLength: 200, autocomplete: 'off' }}
    />
  )
  const kinds: { value: CustomerKind; word: string }[] = [
    { value: 'organisation', word: say('kindOrganisation') },
    { value: 'person', word: say('kindPerson') },
    { value: 'key', word: say('kindKey') },
  ]
  return (
    <Screen
      title={say(known ? 'editTitle' : 'newTitle')}
      onBack={onBack}
      dock={
        <Dock>
          <button type="button" class="btn btn-go btn-l btn-full" onClick={() => keep()}>
            {say('save')}
          </button>
        </Dock>
      }
    >
      <form class="form" onSubmit={(e) => e.preventDefault()}>
        <Field
          label={say('name')}
          hint={say('nameHint')}
          error={missing && !draft.name.trim() ? say('needName') : undefined}
          value={draft.name}
          onInput={(value) => change({ name: value })}
          input={{ maxLength: 200, autocomplete: 'off' }}
        />
        <Field
          label={say('phone')}
          aside={t('optional')}
          {...(known?.phone && { hint: `${masked(known.phone)} · ${say('phoneKeep')}` })}
          value={draft.phone}
          onInput={(value) => change({ phone: value })}
          input={{ type: 'tel', inputMode: 'tel', maxLength: 40, autocomplete: 'off' }}
        />
        <Near rows={near ?? []} onUse={onKept} />
        <div>
          <p class="legend">{say('kindOfCustomer')}</p>
          <Segment
            label={say('kindOfCustomer')}
            choices={kinds}
            chosen={draft.kind}
            onChoose={(kind) => change({ kind })}
          />
        </div>
        {line('contact', say('contact'))}
        {line('address', say('address'))}
        <Place
          position={draft.position}
          onTake={() => {
            take(true)
            askPosition()
          }}
        />
        {line('route', say('route'))}
        {line('tier', say('tier'))}
        <Field
          label={say('remark')}
          aside={t('optional')}
          rows={2}
          value={draft.remark}
          onInput={(value) => change({ remark: value })}
        />
      </form>
    </Screen>
  )
}
