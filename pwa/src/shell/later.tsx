import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { back } from '../router.ts'
import { t } from '../texts/index.ts'
import { Empty } from '../ui/Notice.tsx'
import { Screen } from './Screen.tsx'

type Loaded<P> = (props: P) => preact.VNode | null

/** What is fetched when it is first drawn; `missing` stands for it where it cannot be fetched, and lets it be tried again. */
function lazily<P extends object>(
  load: () => Promise<ComponentType<P>>,
  missing: (again: () => void) => preact.VNode,
  drawn: () => void,
): Loaded<P> {
  let loaded: ComponentType<P> | undefined
  return function Later(props: P) {
    const [, redraw] = useState(0)
    const [failed, setFailed] = useState(false)
    useEffect(drawn, [loaded])
    useEffect(() => {
      if (loaded || failed) return
      load().then(
        (part) => {
          loaded = part
          redraw((n) => n + 1)
        },
        () => setFailed(true),
      )
    }, [failed])
    if (loaded) {
      const Part = loaded
      return <Part {...props} />
    }
    return failed ? missing(() => setFailed(false)) : null
  }
}

/** A screen of a part that is fetched when it is first needed; the service worker keeps it for where there is no signal. */
export const later = <P extends object>(load: () => Promise<ComponentType<P>>): Loaded<P> =>
  lazily(
    load,
    (again) => (
      <Screen title={t('partMissing')} onBack={back}>
        <NotHere again={again} />
      </Screen>
    ),
    () => {
      if (document.activeElement === document.body)
        document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
    },
  )

/** A piece of a screen that comes likewise: what it would have told is not passed over without a word. */
export const piece = <P extends object>(load: () => Promise<ComponentType<P>>): Loaded<P> =>
  lazily(
    load,
    (again) => <NotHere again={again} />,
    () => undefined,
  )

/** The part was not on this phone yet, and there was no network to fetch it. */
const NotHere = ({ again }: { again: () => void }) => (
  <Empty icon="offline" title={t('partMissing')}>
    <p>{t('partMissingText')}</p>
    <button type="button" class="btn btn-line" onClick={again}>
      {t('tryAgain')}
    </button>
  </Empty>
)
