import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { back } from '../router.ts'
import { t } from '../texts/index.ts'
import { Empty } from '../ui/Notice.tsx'
import { Screen } from './Screen.tsx'

/** A screen of a part that is fetched when it is first needed; the service worker keeps it for where there is no signal. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): (props: P) => preact.VNode | null {
  let loaded: ComponentType<P> | undefined
  return function Later(props: P) {
    const [, redraw] = useState(0)
    const [failed, setFailed] = useState(false)
    useEffect(() => {
      if (document.activeElement === document.body)
        document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
    }, [loaded])
    useEffect(() => {
      if (loaded || failed) return
      load().then(
        (screen) => {
          loaded = screen
          redraw((n) => n + 1)
        },
        () => setFailed(true),
      )
    }, [failed])
    if (loaded) {
      const Loaded = loaded
      return <Loaded {...props} />
    }
    return failed ? <NotHere again={() => setFailed(false)} /> : null
  }
}

/** A piece of a screen that comes likewise, where the screen is whole without it. */
export function piece<P extends object>(load: () => Promise<ComponentType<P>>): (props: P) => preact.VNode | null {
  let loaded: ComponentType<P> | undefined
  return function Piece(props: P) {
    const [, redraw] = useState(0)
    useEffect(() => {
      if (loaded) return
      load().then(
        (part) => {
          loaded = part
          redraw((n) => n + 1)
        },
        (problem) => console.warn('a piece of this screen is not on this phone yet', problem),
      )
    }, [])
    if (!loaded) return null
    const Loaded = loaded
    return <Loaded {...props} />
  }
}

/** The part was not on this phone yet, and there was no network to fetch it. */
function NotHere({ again }: { again: () => void }) {
  return (
    <Screen title={t('partMissing')} onBack={back}>
      <Empty icon="offline" title={t('partMissing')}>
        <p>{t('partMissingText')}</p>
        <button type="button" class="btn btn-line" onClick={again}>
          {t('tryAgain')}
        </button>
      </Empty>
    </Screen>
  )
}
