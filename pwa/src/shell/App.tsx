import { useEffect } from 'preact/hooks'
import { SignInScreen } from '../people/SignInScreen.tsx'
import { session } from '../people/session.ts'
import { path } from '../router.ts'
import { Rail } from '../ui/Rail.tsx'
import { NotSaved } from './NotSaved.tsx'
import { RailFoot } from './RailFoot.tsx'
import { screenOf } from './routes.tsx'
import { homeOf, useTabs } from './tabs.ts'
import { UpdateNote } from './UpdateNote.tsx'
import { wide } from './wide.ts'

const HOMES = {
  '/': '/today',
  '/review': '/review',
  '/visits': '/visits',
  '/branches': '/branches',
  '/desk': '/desk',
} as const

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
  const at = tabs.find(({ to }) => place.startsWith(`${to}/`))?.to ?? place
  return (
    <div class="desk">
      <Rail tabs={tabs.filter((tab) => tab.to !== '/scan')} at={at}>
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
