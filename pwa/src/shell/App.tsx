import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { BranchesScreen } from '../branches/BranchesScreen.tsx'
import { BranchScreen } from '../branches/BranchScreen.tsx'
import { ScannedScreen } from '../branches/ScannedScreen.tsx'
import { ConflictScreen } from '../inspections/ConflictScreen.tsx'
import { InspectionScreen } from '../inspections/InspectionScreen.tsx'
import { ItemScreen } from '../inspections/ItemScreen.tsx'
import { MeScreen } from '../people/MeScreen.tsx'
import { SignInScreen } from '../people/SignInScreen.tsx'
import { session } from '../people/session.ts'
import { match, path } from '../router.ts'
import { SyncScreen } from '../sync/SyncScreen.tsx'
import { TodayScreen } from '../tasks/TodayScreen.tsx'
import { Rail } from '../ui/Rail.tsx'
import { Lost } from './Lost.tsx'
import { NotSaved } from './NotSaved.tsx'
import { RailFoot } from './RailFoot.tsx'
import { homeOf, useTabs } from './tabs.ts'
import { UpdateNote } from './UpdateNote.tsx'
import { wide } from './wide.ts'

type ReviewProps = { id?: string }

/** The desk is a part of its own, fetched by those who review. */
function Review(props: ReviewProps) {
  const [Loaded, load] = useState<{ screen: ComponentType<ReviewProps> }>()
  useEffect(() => {
    void import('../reviews/ReviewScreen.tsx').then(({ ReviewScreen }) => load({ screen: ReviewScreen }))
  }, [])
  return Loaded ? <Loaded.screen {...props} /> : null
}

function screenOf(place: string) {
  const at = (pattern: string) => match(pattern, place)
  let found: Record<string, string> | null
  if (place === '/today') return <TodayScreen />
  if (place === '/branches') return <BranchesScreen />
  if (place === '/me') return <MeScreen />
  if (place === '/sync') return <SyncScreen />
  if (place === '/sign-in') return <SignInScreen />
  if (place === '/review') return <Review />
  found = at('/review/:id')
  if (found?.['id']) return <Review id={found['id']} />
  found = at('/branches/:id')
  if (found?.['id']) return <BranchScreen id={found['id']} key={place} />
  found = at('/b/:token')
  if (found?.['token']) return <ScannedScreen token={found['token']} key={place} />
  found = at('/inspections/:id')
  if (found?.['id']) return <InspectionScreen id={found['id']} key={place} />
  found = at('/inspections/:id/:item')
  if (found?.['id'] && found['item']) return <ItemScreen id={found['id']} item={found['item']} key={found['id']} />
  found = at('/inspections/:id/:item/:check')
  if (found?.['id'] && found['item'] && found['check']) {
    return <ConflictScreen id={found['id']} item={found['item']} check={found['check']} key={place} />
  }
  return <Lost />
}

const HOMES = { '/': '/today', '/review': '/review', '/branches': '/branches' } as const

/** The head of the new screen takes the focus, so that readers of the screen and keyboards start there. */
function useFocusOnMove(place: string): void {
  useEffect(() => {
    scrollTo(0, 0)
    document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
  }, [place])
}

export function App() {
  const now = session.value
  const place = path.value
  useFocusOnMove(place)
  if (now === undefined) return null
  if (now === null) return <SignInScreen />
  const shown = place === '/' ? HOMES[homeOf()] : place
  const screen = screenOf(shown)
  if (!wide.value || shown === '/sign-in') {
    return (
      <>
        <UpdateNote />
        {screen}
      </>
    )
  }
  return <Desk place={place === '/' ? homeOf() : place}>{screen}</Desk>
}

function Desk({ place, children }: { place: string; children: preact.ComponentChildren }) {
  const tabs = useTabs()
  const at = place.startsWith('/review') ? '/review' : place.startsWith('/branches') ? '/branches' : place
  return (
    <div class="desk">
      <Rail tabs={tabs} at={at}>
        <RailFoot />
      </Rail>
      <div class="desk-main">
        <UpdateNote />
        <NotSaved />
        {children}
      </div>
    </div>
  )
}
