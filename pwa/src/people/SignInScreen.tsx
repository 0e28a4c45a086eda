import { useStored } from '../database/live.ts'
import { storeOf } from '../database/open.ts'
import { go } from '../router.ts'
import { problemText } from '../sync/problemText.ts'
import { unsentOf } from '../sync/unsent.ts'
import { t } from '../texts/index.ts'
import { Banner } from '../ui/Notice.tsx'
import { FaceChips } from './FaceChips.tsx'
import { Postmark } from './Postmark.tsx'
import { SignInForm } from './SignInForm.tsx'
import { session, signIn } from './session.ts'
import './SignInScreen.css'

/** `null` when the person is in, else what to tell them. */
async function tryToSignIn(login: string, password: string): Promise<string | null> {
  const outcome = await signIn(login, password).catch(() => null)
  if (!outcome) return t('noDisk')
  if (outcome.ok) {
    go('/', true)
    return null
  }
  if (outcome.code === 'offline') return t('noServer')
  return problemText(outcome.code)
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
        {now?.paused && unsent && (
          <Banner tone="warn" icon="st-phone" title={t('expiredTitle')}>
            {waiting && t('expiredText', unsent)}
          </Banner>
        )}
        <SignInForm known={now?.login} waiting={waiting} onSignIn={tryToSignIn} />
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
