import { firstFill } from '../../sync/firstFill.ts'
import { moment } from '../../texts/format.ts'
import '../../ui/Button.css'
import { Banner } from '../../ui/Notice.tsx'
import type { Read } from './label.ts'
import type { Verdict, Why } from './recognise.ts'
import { say } from './say.ts'

const WHY: Record<Why, 'whyLost' | 'whyCopied' | 'whyWorn'> = { lost: 'whyLost', copied: 'whyCopied', worn: 'whyWorn' }

function Retired({ verdict }: { verdict: Extract<Verdict, { is: 'retired' }> }) {
  return (
    <Banner tone="warn" icon="st-refused" title={say('retired', { when: moment(verdict.since, Date.now()) })}>
      {verdict.why && <p>{say(WHY[verdict.why])}</p>}
      <p>{say('retiredText')}</p>
      {verdict.name && (
        <a class="btn btn-text" href={`#/branches/${verdict.branch}`}>
          {say('openAnyway', { branch: verdict.name })}
        </a>
      )}
    </Banner>
  )
}

function otherText(read: Extract<Read, { kind: 'other' }>): string {
  const { what, text } = read
  if (what === 'address') return say('otherAddress', { text })
  if (what === 'digits') return say('otherDigits', { text })
  if (what === 'text') return say('otherText', { text })
  return say(what === 'network' ? 'otherNetwork' : 'otherContact')
}

/** A code that opens nothing, and what it is instead. */
export function OtherNote({ read }: { read: Extract<Read, { kind: 'other' }> }) {
  return (
    <Banner icon="info" title={say('other')}>
      <p>{otherText(read)}</p>
    </Banner>
  )
}

/** What became of a label, in plain words; `null` while the server is asked. */
export function VerdictNote({ verdict }: { verdict: Verdict | null }) {
  if (verdict === null) return <p class="small dim">{say('asking')}</p>
  switch (verdict.is) {
    case 'open':
      return null
    case 'retired':
      return <Retired verdict={verdict} />
    case 'unknown':
      return (
        <Banner tone="warn" icon="st-refused" title={say('unknown')}>
          <p>{say('unknownText')}</p>
        </Banner>
      )
    case 'elsewhere':
      return (
        <Banner icon="info" title={say('elsewhere')}>
          <p>{say('elsewhereText', { host: verdict.host, here: location.host })}</p>
        </Banner>
      )
    case 'signed-out':
      return (
        <Banner tone="warn" icon="lock" title={say('signedOut')}>
          <p>{say('signedOutText')}</p>
        </Banner>
      )
    case 'away':
      return (
        <Banner tone="warn" icon="offline" title={say('away')}>
          <p>{firstFill() ?? say('awayText')}</p>
        </Banner>
      )
  }
}
