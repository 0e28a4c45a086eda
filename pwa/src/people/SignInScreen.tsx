import { signal } from '@preact/signals'
import { useStored } from '../database/live.ts'
import { storeOf } from '../database/open.ts'
import { go } from '../router.ts'
import { problemText } from '../sync/problemText.ts'
import { unsentOf } from '../sync/unsent.ts'
import { t } from '../texts/index.ts'
import { Banner } from '../ui/Notice.tsx'
import { FaceChips } from './FaceChips.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { Postmark } from './Postmark.tsx'
import { SignInForm } from './SignInForm.tsx'
import { session, signIn } from './session.ts'
import './SignInScreen.css'

const mustChange = () => session.value?.paused === 'password_change_required'

/** `null` when the person is in, else what to tell them. */
async function tryToSignIn(login: string, password: string): Promise<string | null> {
  first.value = password
  const outcome = await signIn(login, password).catch(() => null)
  if (!mustChange()) first.value = ''
  if (!outcome) return t('noDisk')
  if (outcome.ok) {
    go(mustChange() ? '/sign-in' : '/', true)
    return null
  }
  if (outcome.code === 'offline') return t('noServer')
  return problemText(outcome.code)
}

/** The password somebody has just signed in with, who must choose another one: not asked for twice, never kept. */
const first = signal('')

function chosen() {
  first.value = ''
  go('/', true)
}

/** Before anybody is in, and again when a sign-in has run out: the work stays, and one may go on without. */
export function SignInScreen() {
  const now = session.value
  const person = now?.person.id
  const unsent = useStored(async () => (person ? unsentOf(storeOf(person).outbox) : null), [person])
  const waiting = Boolean(unsent && unsent.changes + unsent.photos > 0)
  return (
    <div class="phone signin">
      <header class="hero">
        <Postmark />
        <h1 tabIndex={-1}>{t('appName')}</h1>
        <p>{t('appLine')}</p>
      </header>
      <main tabIndex={-1}>
        {now?.paused && !mustChange() && unsent && (
          <Banner tone="warn" icon="st-phone" title={t('expiredTitle')}>
            {waiting && t('expiredText', unsent)}
          </Banner>
        )}
        {mustChange() ? (
          <PasswordForm login={now?.login ?? ''} old={first.value} first onChosen={chosen} />
        ) : (
          <SignInForm known={now?.login} waiting={waiting} onSignIn={tryToSignIn} />
        )}
        <p class="hint">
          {now && (
            <>
              {t('noSignalToo')}{' '}
              <a class="lnk" href="#/">
                {t('goOnOffline')}
              </a>
              {t('stop')}
            </>
          )}
          {t('otherPerson')}
        </p>
      </main>
      <footer class="signin-foot">
        <FaceChips />
      </footer>
    </div>
  )
}
