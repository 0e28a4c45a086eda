import { useEffect, useRef, useState } from 'preact/hooks'
import { useLive } from '../database/live.ts'
import { PickOne } from '../inspections/ConflictScreen.tsx'
import type { InspectionView } from '../inspections/view.ts'
import { listPeople } from '../people/queries.ts'
import { go } from '../router.ts'
import { Screen } from '../shell/Screen.tsx'
import { wide } from '../shell/wide.ts'
import { checkText, nameOf } from '../standards/titles.ts'
import { problemText } from '../sync/problemText.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Empty, Skeleton, ToastPlace } from '../ui/Notice.tsx'
import { blocksOf } from './blocks.ts'
import { CorrectSheet } from './CorrectSheet.tsx'
import { Decide, Words } from './Decide.tsx'
import { Foot } from './Foot.tsx'
import { Head } from './Head.tsx'
import { markReturn, markSeen, marksOf } from './marks.ts'
import { Facts } from './Panel.tsx'
import { Queue } from './Queue.tsx'
import { openReview } from './queries.ts'
import { photosOf, queueOf } from './queue.ts'
import { ReviewList } from './ReviewList.tsx'
import './ReviewScreen.css'
import { useKeys } from './keys.ts'
import { Stage } from './Stage.tsx'

/** Everything about the one check that is looked at, and the steps between checks. */
function useReview(view: InspectionView) {
  const queue = queueOf(view)
  const [check, setCheck] = useState<string | null>(null)
  const [shot, setShot] = useState(0)
  const [words, setWords] = useState('')
  const [missing, setMissing] = useState(false)
  const [correcting, setCorrecting] = useState(false)
  const marks = marksOf(view.id)
  const at =
    queue.find((entry) => entry.check === check) ?? queue.find((entry) => !marks.seen.has(entry.check)) ?? queue[0]
  const index = at ? queue.indexOf(at) : -1
  function open(next: string | undefined) {
    if (next === undefined) return
    setCheck(next)
    setShot(0)
    setWords('')
    setMissing(false)
  }
  const move = (step: number) => open(queue[index + step]?.check)
  function accept() {
    if (!at) return
    markSeen(view.id, at.check)
    const rest = [...queue.slice(index + 1), ...queue.slice(0, index)]
    open((rest.find((entry) => !marks.seen.has(entry.check)) ?? queue[index + 1])?.check)
  }
  function giveBack() {
    if (!at) return
    if (marks.returns[at.item] !== undefined) return markReturn(view.id, at.item, null)
    if (!words.trim()) return setMissing(true)
    markReturn(view.id, at.item, words.trim())
    markSeen(view.id, at.check)
  }
  return {
    queue,
    at,
    index,
    marks,
    shot,
    setShot,
    words,
    setWords,
    missing,
    correcting,
    setCorrecting,
    open,
    move,
    accept,
    giveBack,
  }
}

type Who = (person: string | null) => string

interface OpenedProps {
  view: InspectionView
  who: Who
  /** Draws the parts: side by side at the desk, one below the other on a phone. */
  lay: (parts: Parts) => preact.ComponentChildren
}

interface Parts {
  queue: preact.ComponentChildren
  head: preact.ComponentChildren
  stage: preact.ComponentChildren
  foot: preact.ComponentChildren
  panel: preact.ComponentChildren
  decide: preact.ComponentChildren
}

function Opened({ view, who, lay }: OpenedProps) {
  const review = useReview(view)
  const { at, queue, marks, shot, words } = review
  const field = useRef<HTMLDivElement>(null)
  const check = at && view.edition?.compiled.checks.get(at.check)
  const item = at && view.edition?.compiled.items.get(at.item)
  const waits = view.refusal('inspection.return_items') === null
  const conflict = view.conflicts.find((one) => one.check === at?.check)
  const photos = at ? photosOf(view, at) : []
  useKeys(
    {
      j: () => review.move(1),
      k: () => review.move(-1),
      ...(waits && { a: review.accept, r: review.giveBack, e: () => review.setCorrecting(true) }),
    },
    [view.id, at?.check, words, marks],
  )
  useEffect(() => {
    if (review.missing) field.current?.querySelector('input')?.focus()
  }, [review.missing])
  useEffect(() => {
    document.querySelector('.q.on')?.scrollIntoView({ block: 'nearest' })
  }, [at?.check])
  const returning = at ? marks.returns[at.item] : undefined
  return (
    <>
      {lay({
        queue: (
          <Queue view={view} queue={queue} at={at} marks={marks} onOpen={({ check: next }) => review.open(next)} />
        ),
        head: <Head view={view} who={who} />,
        stage: conflict ? (
          <div class="rev-pick">
            <PickOne view={view} conflict={conflict} onSettled={() => review.open(conflict.check)} />
          </div>
        ) : (
          <Stage
            view={view}
            photos={photos}
            what={check ? checkText(check.content) : ''}
            at={Math.min(shot, Math.max(0, photos.length - 1))}
            onMove={review.setShot}
            who={who}
          />
        ),
        foot: (
          <Foot
            view={view}
            blocks={blocksOf(view, Object.keys(marks.returns).length)}
            onMove={review.move}
            onOpen={review.open}
          />
        ),
        panel: check && (
          <>
            <p class="small dim n">
              {review.index + 1}/{queue.length} · {check.code}
            </p>
            <Facts view={view} check={check} photo={conflict ? undefined : photos[shot]} who={who} />
            {waits && item && (
              <div ref={field}>
                <Words
                  words={words}
                  missing={review.missing}
                  given={returning}
                  item={nameOf(item.content)}
                  checks={item.checks.length}
                  onWords={review.setWords}
                />
              </div>
            )}
          </>
        ),
        decide: waits && check && (
          <Decide
            returning={returning !== undefined}
            onAccept={review.accept}
            onReturn={review.giveBack}
            onCorrect={() => review.setCorrecting(true)}
          />
        ),
      })}
      {review.correcting && check && (
        <CorrectSheet view={view} check={check} words={words} onClose={() => review.setCorrecting(false)} />
      )}
    </>
  )
}

function Missing({ code }: { code: string }) {
  return code === 'offline' ? (
    <Empty icon="offline" title={t('reviewOffline')}>
      <p class="small dim">{t('reviewOfflineText')}</p>
    </Empty>
  ) : (
    <Empty icon="search" title={problemText(code)} />
  )
}

function useOpened(id: string | undefined) {
  const opened = useLive(async () => (id ? openReview(id) : null), [id])
  const people = useLive(listPeople, [])
  const who: Who = (person) => people?.get(person ?? '')?.name || t('nobody')
  return { opened, who }
}

function AtDesk({ id }: { id: string | undefined }) {
  const { opened, who } = useOpened(id)
  const view = opened && 'view' in opened ? opened.view : undefined
  const frame = (parts: Partial<Parts>, middle?: preact.ComponentChildren) => (
    <main class="rev" tabIndex={-1}>
      <aside class="rev-q" aria-label={t('reviewList')}>
        <header>
          <h1 tabIndex={-1}>{t('review')}</h1>
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
      <aside class="rev-p" aria-label={t('thisCheck')}>
        {parts.panel}
        {parts.decide}
      </aside>
    </main>
  )
  if (view?.edition) return <Opened view={view} who={who} lay={(parts) => frame(parts)} key={view.id} />
  if (!id) return frame({}, <p class="dim">{t('pickReview')}</p>)
  if (opened && 'missing' in opened) return frame({}, <Missing code={opened.missing} />)
  return frame({}, <Skeleton label={t('openingReview')} />)
}

function OnPhone({ id }: { id: string | undefined }) {
  const { opened, who } = useOpened(id)
  const view = opened && 'view' in opened ? opened.view : undefined
  if (!id) {
    return (
      <Screen title={t('review')} at="/review">
        <ReviewList chosen={undefined} />
      </Screen>
    )
  }
  const up = () => go('/review', true)
  if (!view?.edition) {
    return (
      <Screen title={t('review')} onBack={up}>
        {opened && 'missing' in opened ? <Missing code={opened.missing} /> : <Skeleton label={t('openingReview')} />}
      </Screen>
    )
  }
  return (
    <Opened
      view={view}
      who={who}
      lay={({ stage, panel, queue, foot, decide, head }) => (
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
