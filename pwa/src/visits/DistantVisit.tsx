import { Said } from '../comments/Thread.tsx'
import { Banner, Empty, Skeleton } from '../ui/Notice.tsx'
import type { Distant } from './distant.ts'
import { HeardFate } from './Fate.tsx'
import { say } from './say.ts'
import { VisitFacts } from './VisitFacts.tsx'

/** A visit that was read from the server: what was logged, what became of it, what was said of it. */
export function DistantVisit({ view, told, said }: Distant) {
  return (
    <>
      <Banner icon="info" title={say('distantTitle')} />
      <VisitFacts view={view} />
      <HeardFate told={told} />
      {said.length > 0 && (
        <section aria-label={say('comments')}>
          <div class="sec">
            <h2>{say('comments')}</h2>
          </div>
          <ul class="thread">
            {said.map((entry) => (
              <Said entry={entry} key={entry.comment.id} />
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

/** While it comes, and where nobody answers. */
export function NotRead({ offline }: { offline: boolean }) {
  if (!offline) return <Skeleton label={say('opening')} />
  return (
    <Empty icon="offline" title={say('distantOffline')}>
      <p class="small dim">{say('distantOfflineText')}</p>
    </Empty>
  )
}
