import { useRef, useState } from 'preact/hooks'
import { back, go } from '../../router.ts'
import { Screen } from '../../shell/Screen.tsx'
import '../../ui/Button.css'
import { Icon } from '../../ui/Icon.tsx'
import { Empty } from '../../ui/Notice.tsx'
import { CodeDock } from './CodeDock.tsx'
import { type Read, readCode } from './label.ts'
import { recognise, type Verdict } from './recognise.ts'
import './ScanScreen.css'
import { say } from './say.ts'
import { type Finder, useScan } from './useScan.ts'
import { OtherNote, VerdictNote } from './VerdictNote.tsx'

interface Seen {
  read: Read
  /** `null` while the server is asked. */
  verdict: Verdict | null
}

const TROUBLES: Record<Exclude<Finder, 'opening' | 'looking'>, [title: Title, text: Title]> = {
  denied: ['denied', 'deniedText'],
  none: ['noCamera', 'noCameraText'],
  busy: ['busy', 'busyText'],
  insecure: ['insecure', 'insecureText'],
  unread: ['readerMissing', 'readerMissingText'],
}
type Title =
  | 'denied'
  | 'deniedText'
  | 'noCamera'
  | 'noCameraText'
  | 'busy'
  | 'busyText'
  | 'insecure'
  | 'insecureText'
  | 'readerMissing'
  | 'readerMissingText'

function Light({ switched }: { switched: (on: boolean) => Promise<void> }) {
  const [on, set] = useState(false)
  return (
    <button
      type="button"
      class="scan-light"
      aria-pressed={on}
      onClick={() =>
        switched(!on).then(
          () => set(!on),
          () => undefined,
        )
      }
    >
      <Icon name="torch" />
      {say('light')}
    </button>
  )
}

function Trouble({ finder, onAgain }: { finder: keyof typeof TROUBLES; onAgain: () => void }) {
  const [title, text] = TROUBLES[finder]
  return (
    <Empty icon="camera" title={say(title)}>
      <p class="small dim">{say(text)}</p>
      {finder !== 'insecure' && (
        <button type="button" class="btn btn-line" onClick={onAgain}>
          {say('tryAgain')}
        </button>
      )}
    </Empty>
  )
}

/** The camera looks for the label of a branch and opens it, also without signal. */
export function ScanScreen() {
  const video = useRef<HTMLVideoElement>(null)
  const newest = useRef('')
  const [seen, see] = useState<Seen | null>(null)
  const [attempt, setAttempt] = useState(0)

  async function found(text: string) {
    newest.current = text
    const read = readCode(text, location.host)
    see({ read, verdict: null })
    if (read.kind === 'other') return
    const verdict = await recognise(read)
    if (newest.current !== text) return
    if (verdict.is === 'open') {
      navigator.vibrate?.(10)
      go(`/branches/${verdict.branch}`, true)
    } else see({ read, verdict })
  }

  const { finder, light } = useScan(video, attempt, (text) => void found(text))
  const trouble = finder === 'opening' || finder === 'looking' ? null : finder
  return (
    <Screen title={say('scan')} line={trouble ? undefined : say('scanLine')} onBack={back} dock={<CodeDock />}>
      <div class="scan" data-theme="dark" hidden={trouble !== null}>
        <video ref={video} muted playsInline aria-label={say('finder')} />
        <i class="scan-frame" aria-hidden="true" />
        {finder === 'opening' && <p class="scan-tip">{say('opening')}</p>}
        {light && <Light switched={light} />}
      </div>
      {trouble && <Trouble finder={trouble} onAgain={() => setAttempt(attempt + 1)} />}
      <div class="gap" role="status">
        {seen?.read.kind === 'other' && <OtherNote read={seen.read} />}
        {seen?.read.kind === 'label' && <VerdictNote verdict={seen.verdict} />}
      </div>
    </Screen>
  )
}
