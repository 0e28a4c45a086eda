import { useState } from 'preact/hooks'
import { problemText } from '../sync/problemText.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { say } from './password.ts'
import { changePassword } from './session.ts'

const SHORTEST = 8

interface Props {
  login: string
  /** The present one where the person has just typed it; else it is asked for. */
  old?: string
  /** They came with a first password. */
  first?: boolean
  onChosen: () => void
}

interface Wrong {
  old?: string
  fresh?: string
}

/** Which field a refusal belongs to. */
const wrongBy = (code: string): Wrong => {
  const words = code === 'offline' ? say('offline') : problemText(code)
  return code === 'wrong_password' || code === 'too_many_tries' ? { old: words } : { fresh: words }
}

function Secret(props: {
  label: string
  name: string
  hint?: string
  value: string
  error?: string | undefined
  onInput: (value: string) => void
}) {
  const [shown, setShown] = useState(false)
  const { name, ...field } = props
  return (
    <Field
      {...field}
      input={{
        name,
        type: shown ? 'text' : 'password',
        autocomplete: name === 'password' ? 'current-password' : 'new-password',
        maxLength: 200,
      }}
    >
      <button
        type="button"
        class="icon-b"
        aria-label={shown ? t('hidePassword') : t('showPassword')}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
      >
        <Icon name="eye" />
      </button>
    </Field>
  )
}

/** Another password: the present one proves who it is. */
export function PasswordForm({ login, old: known = '', first, onChosen }: Props) {
  const [old, setOld] = useState(known)
  const [fresh, setFresh] = useState('')
  const [asksOld, setAsksOld] = useState(!known)
  const [wrong, setWrong] = useState<Wrong>({})
  const [busy, setBusy] = useState(false)
  async function save(e: Event) {
    e.preventDefault()
    if (busy) return
    if (!old) return setWrong({ old: say('needOld') })
    if (fresh.length < SHORTEST) return setWrong({ fresh: say('needFresh') })
    setBusy(true)
    const refused = await changePassword(old, fresh)
    setBusy(false)
    if (!refused) return onChosen()
    const next = wrongBy(refused)
    if (next.old) setAsksOld(true)
    setWrong(next)
  }
  return (
    <form class="form" aria-label={say('choose')} onSubmit={save} noValidate>
      {first && (
        <div>
          <h2 class="row-t">{say('firstTitle')}</h2>
          <p class="small dim">{say('firstText')}</p>
        </div>
      )}
      <input
        class="vh"
        type="text"
        name="username"
        autocomplete="username"
        value={login}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      {asksOld && <Secret label={say('old')} name="password" value={old} error={wrong.old} onInput={setOld} />}
      <Secret
        label={say('fresh')}
        name="new-password"
        hint={say('freshHint')}
        value={fresh}
        error={wrong.fresh}
        onInput={setFresh}
      />
      <button type="submit" class="btn btn-go btn-l btn-full" aria-disabled={busy}>
        {busy ? say('saving') : say('save')}
      </button>
    </form>
  )
}
