import { wayOn } from '../people/password.ts'
import { back } from '../router.ts'
import { Screen } from '../shell/Screen.tsx'
import { clockTime, moment, size, span } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { piece } from '../shell/later.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Banner } from '../ui/Notice.tsx'
import { Dock } from '../ui/VerdictDock.tsx'
import { syncNow } from './now.ts'
import { problemText } from './problemText.ts'
import { type SyncStatus, syncStatus } from './status.ts'
import './SyncScreen.css'

/** Seldom there, and last on the screen. */
const Outcomes = piece(async () => (await import('../settle/Outcomes.tsx')).Outcomes)

const LATE = 24 * 3_600_000

/** What asks for a person, what waits in particular, and the room on this phone: it comes as one. */
const More = piece(async () => (await import('./SyncMore.tsx')).SyncMore)

/** What is still to go; "all on the server" only where a look after the last commit has found it so. */
function sumWords({ waiting, refused, lost, conflicts, unread }: SyncStatus): string {
  const { changes, photos, bytes } = waiting
  const stuck = refused.length + lost.length
  if (photos > 0) return t('sumLeft', { changes, photos, size: size(bytes) })
  if (changes > 0) return t('sumLeftChanges', { changes })
  if (unread) return t('sumUnread')
  return stuck > 0 ? t('sumStuck', { n: stuck + conflicts.length }) : t('sumNone')
}

/** How far what is being sent has come: by the server's receipts, and by the bytes it has of pictures. */
function Going({ status: { sending, uploading, waiting } }: { status: SyncStatus }) {
  if (sending && waiting.changes > 0)
    return <span class="going">{t('goingChanges', { done: sending.done, of: sending.total })}</span>
  if (uploading.photos === 0) return null
  return (
    <span class="going">
      {t('goingPhotos', { done: size(uploading.bytes), of: size(Math.max(uploading.bytes, waiting.bytes)) })}
    </span>
  )
}

function Route({ status }: { status: SyncStatus }) {
  const { waiting, received_at, replied_at, counts, photos: shots } = status
  const { changes, photos } = waiting
  const sent = changes === 0 && !status.unread
  const confirmed = received_at ?? replied_at
  const now = Date.now()
  return (
    <section class="card route" aria-label={t('routeLabel', { changes, photos })}>
      <ol>
        <li class="on">
          <span class="route-ic">
            <Icon name="st-phone" />
          </span>
          <b>{t('routePhone')}</b>
          <span class="n">{t('routeChanges', { n: counts.phone })}</span>
        </li>
        <li class={sent ? 'half' : ''}>
          <span class="route-ic">
            <Icon name="st-server" />
          </span>
          <b>{t('routeServer')}</b>
          <span class="n">{t('routeChanges', { n: counts.server })}</span>
        </li>
        <li class={sent && photos === 0 ? 'half' : ''}>
          <span class="route-ic">
            <Icon name="st-full" />
          </span>
          <b>{t('routePhotos')}</b>
          <span class="n">{shots.total > 0 && t('routeShots', shots)}</span>
        </li>
      </ol>
      <p class="route-sum n">
        <b>{sumWords(status)}</b>
        <Going status={status} />
        {waiting.oldest !== null && (
          <span class={now - waiting.oldest > LATE ? 'c-warn' : undefined}>
            {t('oldest', { time: moment(waiting.oldest, now), span: span(now - waiting.oldest) })}
          </span>
        )}
        {confirmed ? t('lastReceipt', { when: moment(confirmed, now) }) : status.chip && t('noReceipt')}
      </p>
    </section>
  )
}

/** Where everything is: on this phone, on the server, with its photos; and what asks for a person. */
export function SyncScreen() {
  const status = syncStatus.value
  const { waiting, replied_at: at } = status
  const line =
    status.reachable === false ? t('offlineLine') : at ? `${t('onlineLine')} · ${clockTime(at)}` : t('waitingLine')
  return (
    <Screen
      title={t('sync')}
      line={line}
      onBack={back}
      corner={null}
      dock={
        <Dock>
          <div class="dock-a">
            <button type="button" class="btn btn-go btn-l" onClick={syncNow}>
              <Icon name="refresh" />
              {t('retryNow')}
            </button>
          </div>
        </Dock>
      }
    >
      {status.paused && (
        <Banner tone="warn" icon="st-phone" title={problemText(status.paused)}>
          <a class="lnk" href="#/sign-in">
            {wayOn(status.paused)}
          </a>
        </Banner>
      )}
      {status.upgrade && (
        <Banner tone="warn" icon="info" title={t('upgradeTitle')}>
          {t('upgradeText')}
        </Banner>
      )}
      <Route status={status} />
      {status.chip && <More status={status} />}
      {status.decided.length > 0 && <Outcomes decided={status.decided} />}
      {waiting.changes + waiting.photos + status.refused.length > 0 && (
        <a class="lnk rescue-way" href="#/rescue">
          {t('toRescue')}
        </a>
      )}
    </Screen>
  )
}
