import { useEffect, useRef, useState } from 'preact/hooks'
import { go } from '../router.ts'
import { latePhones } from '../shell/alarm.ts'
import { Screen } from '../shell/Screen.tsx'
import { wide } from '../shell/wide.ts'
import { chooseLanguage, language, t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Segment } from '../ui/Chips.tsx'
import { keepFace, type TextSize, type Theme, textSize, theme } from '../ui/face.ts'
import { Icon } from '../ui/Icon.tsx'
import { Banner, toast } from '../ui/Notice.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import './MeScreen.css'
import { PasswordForm } from './PasswordForm.tsx'
import { say } from './password.ts'
import { hasRole, roleWords } from './roles.ts'
import { type SignedOut, session, signOut } from './session.ts'

function Look() {
  return (
    <div class="card card-pad settings">
      <p class="legend">{t('theme')}</p>
      <Segment<Theme>
        label={t('theme')}
        choices={[
          { value: 'auto', word: t('themeAuto') },
          { value: 'light', word: t('themeLight') },
          { value: 'dark', word: t('themeDark') },
          { value: 'sun', word: t('themeSun') },
        ]}
        chosen={theme.value}
        onChoose={(chosen) => {
          theme.value = chosen
          keepFace()
        }}
      />
      <p class="legend">{t('textSize')}</p>
      <Segment<TextSize>
        label={t('textSize')}
        choices={[
          { value: '100', word: t('sizeNormal') },
          { value: '125', word: t('sizeLarge') },
          { value: '150', word: t('sizeLarger') },
          { value: '200', word: t('sizeLargest') },
        ]}
        chosen={textSize.value}
        onChoose={(chosen) => {
          textSize.value = chosen
          keepFace()
        }}
      />
      <p class="legend">{t('language')}</p>
      <Segment
        label={t('language')}
        choices={[
          { value: 'zh', word: '中文' },
          { value: 'en', word: 'English' },
        ]}
        chosen={language.value}
        onChoose={(chosen) => void chooseLanguage(chosen).then(keepFace)}
      />
    </div>
  )
}

function SignOut() {
  const [outcome, setOutcome] = useState<SignedOut | null>(null)
  const why = useRef<HTMLDivElement>(null)
  // the tap that asked is below the fold: its answer and the ways out must not be
  useEffect(() => {
    if (outcome) why.current?.scrollIntoView({ block: 'start' })
  }, [outcome])
  async function leave() {
    const result = await signOut()
    if (result.ok) go('/', true)
    else setOutcome(result)
  }
  return (
    <div class="me-out" ref={why}>
      {outcome && !outcome.ok && (
        <Banner tone="warn" icon="st-phone" title={t(outcome.code === 'unsent' ? 'signOutRefused' : 'signOutOffline')}>
          {outcome.code === 'unsent' ? (
            <>
              {t('signOutRefusedText', outcome.unsent)}
              <a class="lnk me-way" href="#/sync">
                {t('signOutSend')}
              </a>
              <a class="lnk me-way" href="#/sign-in">
                {t('signOutOther')}
              </a>
              <a class="lnk me-way" href="#/rescue">
                {t('toRescue')}
              </a>
            </>
          ) : (
            t('signOutNoServer')
          )}
        </Banner>
      )}
      <button type="button" class="btn btn-line btn-l btn-full" onClick={leave}>
        {t('signOut')}
      </button>
      <p class="hint mid">{t('signOutHint')}</p>
    </div>
  )
}

function ChangePassword({ login }: { login: string }) {
  const [open, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <button type="button" class="btn btn-line btn-l btn-full" onClick={() => setOpen(true)}>
        {say('change')}
      </button>
      {open && (
        <Sheet title={say('change')} onClose={close}>
          <p class="small dim">{say('changeMeans')}</p>
          <div class="gap">
            <PasswordForm
              login={login}
              onChosen={() => {
                close()
                toast(say('changed'))
              }}
            />
          </div>
        </Sheet>
      )}
    </>
  )
}

/** What the office comes to look up. The lists: of a supervisor on a phone, whose tabs have no room for them. */
function Office() {
  return (
    <ul class="card rows gap">
      {hasRole('supervisor') && !hasRole('admin') && !wide.value && (
        <li>
          <a class="row" href="#/desk/inspections">
            <span class="row-ic">
              <Icon name="table" />
            </span>
            <span class="grow">
              <span class="row-t">{t('deskLists')}</span>
              <br />
              <span class="row-s">{t('deskListsText')}</span>
            </span>
            <Icon name="next" />
          </a>
        </li>
      )}
      <li>
        <a class="row" href="#/desk/devices?sort=oldest&waiting=true">
          <span class="row-ic">
            <Icon name="st-phone" />
          </span>
          <span class="grow row-t">{t('unsentPhones')}</span>
          {latePhones.value > 0 && <b class="c-fail n">{t('unsentLate', { n: latePhones.value })}</b>}
          <Icon name="next" />
        </a>
      </li>
    </ul>
  )
}

export function MeScreen() {
  const now = session.value
  if (!now) return null
  const roles = now.person.roles.map((role) => t(roleWords[role])).join(t('listComma'))
  return (
    <Screen title={t('me')} at="/me">
      <section class="card card-pad">
        <p class="row-t">{now.person.name}</p>
        <p class="row-s n">
          {roles} · {now.login} · {t('deviceNumber', { n: now.device })}
        </p>
      </section>
      {(hasRole('supervisor') || hasRole('admin')) && <Office />}
      <div class="sec">
        <h2>{t('look')}</h2>
      </div>
      <Look />
      <div class="sec" />
      <ChangePassword login={now.login} />
      <div class="gap" />
      <SignOut />
    </Screen>
  )
}
