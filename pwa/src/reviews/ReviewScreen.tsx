import type { ComponentChildren } from 'preact'
import { useLive } from '../database/live.ts'
import { useHistories } from '../inspections/history.ts'
import { listPeople } from '../people/queries.ts'
import { go } from '../router.ts'
import { Screen } from '../shell/Screen.tsx'
import { wide } from '../shell/wide.ts'
import { problemText } from '../sync/problemText.ts'
import { t } from '../texts/index.ts'
import { say } from './say.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Empty, Skeleton, ToastPlace } from '../ui/Notice.tsx'
import { Opened, type Parts, type Who } from './Opened.tsx'
import { openReview } from './queries.ts'
import { ReviewList } from './ReviewList.tsx'
import './ReviewScreen.css'

function Missing({ code }: { code: string }) {
  return code === 'offline' ? (
    <Empty icon="offline" title={say('reviewOffline')}>
      <p class="small dim">{say('reviewOfflineText')}</p>
    </Empty>
  ) : (
    <Empty icon="search" title={problemText(code)} />
  )
}

function useOpened(id: string | undefined) {
  const opened = useLive(async () => (id ? openReview(id) : null), [id])
  const people = useLive(listPeople, [])
  const who: Who = (person) => people?.get(person ?? '')?.name || t('nobody')
  const view = opened && 'view' in opened ? opened.view : undefined
  return { opened, view, who, histories: useHistories(view) }
}

function AtDesk({ id }: { id: string | undefined }) {
  const { opened, view, who, histories } = useOpened(id)
  const frame = (parts: Partial<Parts>, middle?: ComponentChildren) => (
    <main class="rev" tabIndex={-1}>
      <aside class="rev-q" aria-label={say('reviewList')}>
        <header>
          <h1 tabIndex={-1}>{say('review')}</h1>
        </header>
        <ReviewList chosen={id}>{parts.queue}</ReviewList>
      </aside>
      <section class="rev-main">
        {parts.head}
        {parts.stage ?? <div class="rev-none">{middle}</div>}
        <div class="rev-bottom">
          <ToastPlace />
          {parts.foot}
        </div>
      </section>
      <aside class="rev-p" aria-label={say('thisCheck')}>
        {parts.panel}
        {parts.talk}
        {parts.decide}
      </aside>
    </main>
  )
  if (view?.edition && histories) {
    return <Opened view={view} histories={histories} who={who} lay={(parts) => frame(parts)} key={view.id} />
  }
  if (!id) return frame({}, <p class="dim">{say('pickReview')}</p>)
  if (opened && 'missing' in opened) return frame({}, <Missing code={opened.missing} />)
  return frame({}, <Skeleton label={say('openingReview')} />)
}

function OnPhone({ id }: { id: string | undefined }) {
  const { opened, view, who, histories } = useOpened(id)
  if (!id) {
    return (
      <Screen title={say('review')} at="/review">
        <ReviewList chosen={undefined} />
      </Screen>
    )
  }
  const up = () => go('/review', true)
  if (!view?.edition || !histories) {
    return (
      <Screen title={say('review')} onBack={up}>
        {opened && 'missing' in opened ? <Missing code={opened.missing} /> : <Skeleton label={say('openingReview')} />}
      </Screen>
    )
  }
  return (
    <Opened
      view={view}
      histories={histories}
      who={who}
      lay={({ stage, panel, talk, queue, foot, decide, head }) => (
        <Screen
          title={view.branch?.name ?? ''}
          onBack={up}
          dock={
            <div class="dock rev-phone">
              {decide}
              {foot}
            </div>
          }
        >
          {head}
          {stage}
          <div class="rev-p">{panel}</div>
          {queue}
          {talk}
        </Screen>
      )}
      key={view.id}
    />
  )
}

/** Submitted inspections, one check at a time with its photos large. */
export function ReviewScreen({ id }: { id?: string }) {
  return wide.value ? <AtDesk id={id} /> : <OnPhone id={id} />
}
