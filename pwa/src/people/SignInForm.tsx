import { useState } from 'preact/hooks'
import { t } from '../texts/index.ts'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import '../ui/Button.css'

interface Props {
  /** Who was signed in here last. */
  known?: string | undefined
  /** Work waits on this phone: the button says that it will be sent. */
  waiting: boolean
  /** Resolves to a sentence when it did not work, to null when it did. */
  onSignIn: (login: string, password: string) => Promise<string | null>
}

export function SignInForm({ known = '', waiting, onSignIn }: Props) {
  const [login, setLogin] = useState(known)
  const [password, setPassword] = useState('')
  const [shown, setShown] = useState(false)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<{ login?: string; password?: string }>({})

  async function send(e: Event) {
    e.preventDefault()
    if (!login.trim()) return setWrong({ login: t('needLogin') })
    if (!password) return setWrong({ password: t('needPassword') })
    setBusy(true)
    setWrong({})
    const refusal = await onSignIn(login.trim(), password)
    if (refusal) setWrong({ password: refusal })
    setBusy(false)
  }

  return (
    <form class="form" aria-label={t('signIn')} onSubmit={send} noValidate>
      <Field
        label={t('login')}
        value={login}
        onInput={setLogin}
        error={wrong.login}
        input={{ name: 'login', autocomplete: 'username', autocapitalize: 'none', maxLength: 80 }}
      />
      <Field
        label={t('password')}
        value={password}
        onInput={setPassword}
        error={wrong.password}
        input={{
          name: 'password',
          type: shown ? 'text' : 'password',
          autocomplete: 'current-password',
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
      <button type="submit" class="btn btn-go btn-l btn-full" aria-disabled={busy}>
        {busy ? t('signingIn') : waiting ? t('signInSend') : t('signIn')}
      </button>
    </form>
  )
}
