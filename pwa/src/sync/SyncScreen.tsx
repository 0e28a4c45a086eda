import { useState } from 'preact/hooks'
import { useLive } from '../database/live.ts'
import { getInspection } from '../inspections/queries.ts'
import { wayOn } from '../people/password.ts'
import { back } from '../router.ts'
import { Screen } from '../shell/Screen.tsx'
import { checkText } from '../standards/titles.ts'
import { clockTime, moment, size, span } from '../texts/format.ts'
import { type PlainKey, t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { piece } from '../shell/later.tsx'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { Banner, Empty } from '../ui/Notice.tsx'
import { Dock } from '../ui/VerdictDock.tsx'
import { syncNow } from './now.ts'
import { problemText } from './problemText.ts'
import { type RefusedWork, type SyncStatus, syncStatus } from './status.ts'
import './SyncScreen.css'
import { WorkSheet } from './WorkSheet.tsx'
import { useWhat } from './what.ts'

const TYPE: Record<string, PlainKey> = {
  inspection: 'typeInspection',
  finding: 'typeFinding',
  photo: 'typePhoto',
  task: 'typeTask',
  visit: 'typeVisit',
  customer: 'typeCustomer',
  comment: 'typeComment',
}

/** Seldom there, and last on the screen. */
const Outcomes = piece(async () => (await import('../settle/Outcomes.tsx')).Outcomes)

const LATE = 24 * 3_600_000

/** What waits in particular, and the room on this phone. */
const More = piece(async () => (await import('./SyncMore.tsx')).SyncMore)

/** What is still to go; "all on the server" only where a look after the last commit has found it so. */
function sumWords({ waiting, refused, lost, unread }: SyncStatus): string {
  const { changes, photos, bytes } = waiting
  const stuck = refused.length + lost.length
  if (photos > 0) return t('sumLeft', { changes, photos, size: size(bytes) })
  if (changes > 0) return t('sumLeftChanges', { changes })
  if (unread) return t('sumUnread')
  return stuck > 0 ? t('sumStuck', { n: stuck }) : t('sumNone')
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

interface RowProps {
  icon: IconName
  tone: 'fail' | 'clash' | 'warn'
  title: string
  line: string
  href?: string
  onOpen?: () => void
}

function Row({ icon, tone, title, line, href, onOpen }: RowProps) {
  const inside = (
    <>
      <span class={`row-ic row-ic--${tone}`}>
        <Icon name={icon} />
      </span>
      <span class="grow">
        <span class="row-t">{title}</span>
        <br />
        <span class="row-s n">{line}</span>
      </span>
      {(href || onOpen) && <Icon name="next" />}
    </>
  )
  return (
    <li>
      {href ? (
        <a class="row" href={href}>
          {inside}
        </a>
      ) : onOpen ? (
        <button type="button" class="row" onClick={onOpen}>
          {inside}
        </button>
      ) : (
        <div class="row">{inside}</div>
      )}
    </li>
  )
}

function Refused({ work }: { work: RefusedWork }) {
  const [open, setOpen] = useState(false)
  const what = useWhat(work.root, work.item, t(TYPE[work.type] ?? 'typeOther'))
  const why = problemText(work.code)
  return (
    <>
      <Row
        icon="st-refused"
        tone="fail"
        title={t('refusedBecause', { why })}
        line={`${what} · ${t('stillHere')}`}
        onOpen={() => setOpen(true)}
      />
      {open && <WorkSheet work={work} what={what} why={why} onClose={() => setOpen(false)} />}
    </>
  )
}

function Clash({ inspection, item, path }: { inspection: string; item: string; path: string }) {
  const check = path.replace(/^checks\./, '')
  const view = useLive(() => getInspection(inspection), [inspection])
  const content = view?.edition?.compiled.checks.get(check)?.content
  return (
    <Row
      icon="st-clash"
      tone="clash"
      title={t('clashIn', { what: content ? checkText(content) : check })}
      line={view?.branch?.name ?? ''}
      href={`#/inspections/${inspection}/${item}/${check}`}
    />
  )
}

function Away({
  icon,
  tone,
  title,
  root,
  item,
  place,
}: Pick<RowProps, 'icon' | 'tone' | 'title'> & { root: string; item: string | null; place: string }) {
  const line = useWhat(root, item, '')
  return <Row icon={icon} tone={tone} title={title} line={line} href={`#${place}`} />
}

function ForYou({ status }: { status: SyncStatus }) {
  const { refused, conflicts, held, lost } = status
  const n = refused.length + conflicts.length + held.length + lost.length
  if (n === 0) {
    return (
      <Empty icon="check" title={t('allQuiet')}>
        <p class="small dim">{t('allQuietText')}</p>
      </Empty>
    )
  }
  return (
    <ul class="card rows">
      {refused.map((work) => (
        <Refused work={work} key={work.id.join()} />
      ))}
      {conflicts.map((at) => (
        <Clash {...at} key={`${at.inspection}${at.path}`} />
      ))}
      {lost.map(({ id, code, root, item, place }) => (
        <Away
          icon="st-lost"
          tone="fail"
          title={t(code === 'bad_image' ? 'badPhotoTitle' : 'lostTitle')}
          root={root}
          item={item}
          place={place}
          key={id}
        />
      ))}
      {held.map((work) => (
        <Away
          icon="st-held"
          tone="warn"
          title={t('heldTitle')}
          root={work.root}
          item={work.item}
          place={work.place}
          key={work.id.join()}
        />
      ))}
    </ul>
  )
}

/** Where everything is: on this phone, on the server, with its photos; and what asks for a person. */
export function SyncScreen() {
  const status = syncStatus.value
  const n = status.refused.length + status.conflicts.length + status.held.length + status.lost.length
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
      <div class="sec">
        <h2>{t('forYou')}</h2>
        {n > 0 && <span class="more n">{t('things', { n })}</span>}
      </div>
      {status.chip && <ForYou status={status} />}
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
