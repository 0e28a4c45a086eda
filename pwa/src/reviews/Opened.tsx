import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Thread } from '../comments/Thread.tsx'
import { PickOne } from '../conflicts/PickOne.tsx'
import { useLive } from '../database/live.ts'
import { shownOf } from '../database/shown.ts'
import { ToSheet } from '../evidence/ToSheet.tsx'
import { type Histories, historyOf } from '../inspections/history.ts'
import type { InspectionView } from '../inspections/view.ts'
import { wide } from '../shell/wide.ts'
import { checkText, nameOf } from '../standards/titles.ts'
import { t } from '../texts/index.ts'
import { blocksOf } from './blocks.ts'
import { CorrectSheet } from './CorrectSheet.tsx'
import { Decide, Words } from './Decide.tsx'
import { Foot } from './Foot.tsx'
import { Head } from './Head.tsx'
import { useKeys } from './keys.ts'
import { Facts } from './Panel.tsx'
import { Queue } from './Queue.tsx'
import { photosOf } from './queue.ts'
import { Stage } from './Stage.tsx'
import { type Review, useReview } from './useReview.ts'

export type Who = (person: string | null) => string

export interface Parts {
  queue: ComponentChildren
  head: ComponentChildren
  stage: ComponentChildren
  foot: ComponentChildren
  panel: ComponentChildren
  /** What is said about the item. It is long, and comes last. */
  talk: ComponentChildren
  decide: ComponentChildren
}

interface Shown {
  view: InspectionView
  review: Review
  who: Who
}

interface SideProps extends Shown {
  histories: Histories
}

/** The photos of the check, or the two opinions about it. */
function Middle({ view, review, who }: Shown) {
  const { at } = review
  const conflict = view.conflicts.find((one) => one.check === at?.check)
  if (conflict) {
    return (
      <div class="rev-pick">
        <PickOne
          view={view}
          conflict={conflict}
          onSettled={(rest) =>
            review.open(rest.find((one) => one.conflict.inspection === view.id)?.conflict.check ?? conflict.check)
          }
          key={conflict.check}
        />
      </div>
    )
  }
  const photos = at ? photosOf(view, at) : []
  const check = at && view.edition?.compiled.checks.get(at.check)
  return (
    <Stage
      view={view}
      photos={photos}
      what={check ? checkText(check.content) : ''}
      at={Math.min(review.shot, Math.max(0, photos.length - 1))}
      onMove={review.setShot}
      who={who}
    />
  )
}

/** What is claimed, what speaks for it, and what the inspector will read. */
function Side({ view, review, who, histories }: SideProps) {
  const { at, words, missing, marks } = review
  const field = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (missing) field.current?.querySelector('input')?.focus()
  }, [missing])
  const check = at && view.edition?.compiled.checks.get(at.check)
  const item = at && view.edition?.compiled.items.get(at.item)
  if (!at || !check) return null
  const clash = view.conflicts.some((one) => one.check === at.check)
  return (
    <>
      <p class="small dim n">
        {review.index + 1}/{review.queue.length} · {check.code}
      </p>
      <Facts
        view={view}
        check={check}
        photo={clash ? undefined : photosOf(view, at)[review.shot]}
        who={who}
        history={historyOf(histories, at.item)}
      />
      {review.waits && item && (
        <div ref={field}>
          <Words
            words={words}
            missing={missing}
            given={marks.returns[at.item]}
            item={nameOf(item.content)}
            checks={item.checks.length}
            onWords={review.setWords}
          />
        </div>
      )}
    </>
  )
}

function useReviewKeys(view: InspectionView, review: Review): void {
  const judge = { a: review.accept, r: review.giveBack, e: () => review.setCorrecting(true) }
  useKeys({ j: () => review.move(1), k: () => review.move(-1), ...(review.waits && judge) }, [
    view.id,
    review.at?.check,
    review.words,
    review.marks,
    review.waits,
  ])
  useEffect(() => {
    // on a phone the list stands below what is looked at, which begins with its picture
    if (wide.peek()) document.querySelector('.q.on')?.scrollIntoView({ block: 'nearest' })
    else scrollTo(0, 0)
  }, [review.at?.check])
}

/** The way to what became of an item. A review that the server shows may not be on this phone: there is none then. */
function ToHistory({ id }: { id: string }) {
  const isHere = useLive(async () => (await shownOf('finding')).some((row) => row.id === id), [id])
  return isHere ? (
    <a class="btn btn-text" href={`#/history/finding/${id}`}>
      {t('historyLink')}
    </a>
  ) : null
}

interface Props {
  view: InspectionView
  histories: Histories
  who: Who
  /** Draws the parts: side by side at the desk, one below the other on a phone. */
  lay: (parts: Parts) => ComponentChildren
}

/** One inspection under review. */
export function Opened({ view, histories, who, lay }: Props) {
  const review = useReview(view)
  const { at, queue, marks } = review
  useReviewKeys(view, review)
  const check = at && view.edition?.compiled.checks.get(at.check)
  const finding = at && view.findings.get(at.item)?.row
  const blocks = blocksOf(view, Object.keys(marks.returns).length)
  return (
    <>
      {lay({
        queue: <Queue view={view} queue={queue} at={at} marks={marks} onOpen={(entry) => review.open(entry.check)} />,
        head: <Head view={view} who={who} />,
        stage: <Middle view={view} review={review} who={who} />,
        foot: <Foot view={view} blocks={blocks} onMove={review.move} onOpen={review.open} />,
        panel: <Side view={view} review={review} who={who} histories={histories} />,
        talk: (
          <>
            {finding && (
              <>
                <Thread of={{ type: 'finding', id: finding.id }} root={view.id} key={finding.id} />
                <ToHistory id={finding.id} />
              </>
            )}
            <ToSheet view={view} />
          </>
        ),
        decide: review.waits && check && (
          <Decide
            returning={marks.returns[check.item] !== undefined}
            onAccept={review.accept}
            onReturn={review.giveBack}
            onCorrect={() => review.setCorrecting(true)}
          />
        ),
      })}
      {review.correcting && check && (
        <CorrectSheet view={view} check={check} words={review.words} onClose={() => review.setCorrecting(false)} />
      )}
    </>
  )
}
