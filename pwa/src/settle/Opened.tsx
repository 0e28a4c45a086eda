import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { isReviewAct } from '../core/workflow.ts'
import { go } from '../router.ts'
import { problemText } from '../sync/problemText.ts'
import { moment, span } from '../texts/format.ts'
import '../ui/Button.css'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import { Banner, toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { DecideSheet } from './DecideSheets.tsx'
import { type Bundle, type HeldChange, type How, type Settled, settleHeld } from './held.ts'
import { say } from './say.ts'
import { decided } from './useHeld.ts'
import { Work } from './Work.tsx'
import { asText, type Told, whyWords } from './words.ts'

/** A clock that is off by less is as good as any. */
const NOTICEABLE = 120_000

/** Who, when by the server's clock, when it came, and what is to be doubted. */
function Origin({ of }: { of: HeldChange }) {
  const now = Date.now()
  const off = Math.abs(of.clock) >= NOTICEABLE && span(of.clock)
  return (
    <>
      <p class="n">{say('doneAt', { who: of.person_name, when: moment(of.done_at, now) })}</p>
      <p class="small dim n">{say('cameAt', { when: moment(of.received, now) })}</p>
      {off && (
        <p class="small c-warn">
          <Icon name="clock" /> {of.clock < 0 ? say('clockFast', { span: off }) : say('clockSlow', { span: off })}
        </p>
      )}
      <p class="small gap">{whyWords(of.code)}</p>
    </>
  )
}

const PLACES: Record<string, (id: string) => string> = {
  inspection: (id) => `#/review/${id}`,
  visit: (id) => `#/visits/${id}`,
  customer: (id) => `#/customers/${id}`,
}

function ToRecord({ of }: { of: HeldChange }) {
  const place = of.root && PLACES[of.root[0]]?.(of.root[1])
  if (!of.root) return <p class="small dim gap">{say('notThere')}</p>
  if (!place) return null
  return (
    <p class="gap">
      <a class="lnk" href={place}>
        {say('toRecord')}
      </a>
    </p>
  )
}

const isReview = ({ type, content }: HeldChange): boolean => isReviewAct(`${type}.${content.act}`)

/** What may be decided of it now; the first is the main one. */
function waysOf({ changes, first }: Bundle): How[] {
  const approved = changes.some(({ root_status }) => root_status === 'approved')
  const isVoid = changes.some(({ root, root_status }) => root?.[0] === 'inspection' && root_status === 'void')
  const take: How[] = isVoid || changes.every(isReview) ? [] : [approved ? 'reopen' : 'take']
  const beside = first.root?.[0] === 'inspection' || first.root?.[0] === 'visit'
  return [...take, ...(beside ? (['add'] as const) : []), 'dismiss']
}

const WORDS: Record<How, () => string> = {
  take: () => say('take'),
  reopen: () => say('reopen'),
  add: () => say('add'),
  dismiss: () => say('dismiss'),
}

function Ways({ ways, onAsk }: { ways: readonly How[]; onAsk: (how: How) => void }) {
  const [main, ...others] = ways
  const button = (how: How, kind: string): ComponentChildren => (
    <button type="button" class={`btn btn-l ${kind}`} onClick={() => onAsk(how)} key={how}>
      {WORDS[how]()}
    </button>
  )
  return (
    <>
      {main && button(main, main === 'dismiss' ? 'btn-line' : 'btn-go btn-full')}
      {others.length > 0 && <div>{others.map((how) => button(how, 'btn-line'))}</div>}
    </>
  )
}

function toastOf(how: How, { done }: Settled): string {
  if (how === 'dismiss') return say('dismissedToast')
  return how === 'add' ? say('addedToast') : say('takenToast', { n: done })
}

/** What is about to be decided: no more than stood there when the question began, whatever comes meanwhile. */
interface Asking {
  how: How
  some: readonly HeldChange[]
}

/** What one piece of work may be decided on, and the decision. */
function useDecision({ changes }: Bundle) {
  const [left, leave] = useState<ReadonlySet<string>>(new Set())
  const chosen = new Set(changes.flatMap(({ change }, at) => (left.has(change.join()) ? [] : [at])))
  const [asking, ask] = useState<Asking | null>(null)
  const [wrong, setWrong] = useState('')
  const send = useOnce(async ({ how, some }: Asking, reason: string) => {
    setWrong('')
    const got = await settleHeld(some, how, reason)
    if (!got.ok) return setWrong(got.code === 'offline' ? say('offline') : problemText(got.code))
    const { missed } = got.value
    const [first] = missed
    if (first) toast(say('missed', { n: missed.length, why: problemText(first.code) }))
    else toast(toastOf(how, got.value))
    ask(null)
    decided.value += 1
    go('/held', true)
  })
  const toggle = (at: number) => {
    const one = changes[at]?.change.join() ?? ''
    const next = new Set(left)
    if (!next.delete(one)) next.add(one)
    leave(next)
  }
  const begin = (how: How) => {
    setWrong(chosen.size === 0 ? say('chooseSome') : '')
    if (chosen.size > 0) ask({ how, some: changes.filter((_, at) => chosen.has(at)) })
  }
  return { chosen, toggle, asking, begin, close: () => ask(null), send, wrong }
}

/** How the words begin that stay beside the record: whose they are, and why they came only now. */
function headingOf({ code, person_name: who, done_at }: HeldChange): string {
  const about = { who, when: moment(done_at, Date.now()) }
  if (code === 'late_evidence') return say('lateWords', about)
  return code === 'revoked' ? say('revokedWords', about) : say('scopeWords', about)
}

interface Props {
  bundle: Bundle
  told: readonly Told[]
  /** Draws the parts: the ways stand at the thumb on a phone. */
  lay: (body: ComponentChildren, ways: ComponentChildren) => ComponentChildren
}

/** One piece of work that was set aside: whose, why, what it would change; and the decision. */
export function Opened({ bundle, told, lay }: Props) {
  const { first, changes } = bundle
  const decision = useDecision(bundle)
  const statuses = new Set(changes.map(({ root_status }) => root_status))
  const isVoid = first.root?.[0] === 'inspection' && statuses.has('void')
  const late = changes.flatMap((_, at) => (decision.chosen.has(at) && told[at] ? [told[at]] : []))
  const heading = headingOf(first)
  const open = first.status === 'open' && !first.own
  return (
    <>
      {lay(
        <>
          <section class="card card-pad">
            <Origin of={first} />
            <ToRecord of={first} />
          </section>
          {first.own && first.status === 'open' && <Banner icon="info" title={say('own')} />}
          {open && statuses.has('approved') && <Banner tone="warn" icon="info" title={say('ofApproved')} />}
          {open && changes.some(isReview) && <Banner icon="info" title={say('ofReview')} />}
          {open && isVoid && <Banner tone="warn" icon="na" title={say('ofVoid')} />}
          {first.decided_at !== null && (
            <Banner icon="ok-circle" title={statusWord(first)}>
              <p class="n">
                {say('decidedBy', { who: first.decided_by_name, when: moment(first.decided_at, Date.now()) })}
              </p>
              <p>{say('because', { why: first.reason ?? '' })}</p>
            </Banner>
          )}
          <div class="sec">
            <h2>{first.status === 'open' ? say('what') : say('was')}</h2>
            <span class="more n">{say('changes', { n: changes.length })}</span>
          </div>
          <Work changes={changes} told={told} {...(open && { chosen: decision.chosen, onToggle: decision.toggle })} />
        </>,
        open && (
          <div class="hw-acts">
            <div role="alert">{decision.wrong && <p class="hint c-fail">{decision.wrong}</p>}</div>
            <Ways ways={waysOf(bundle)} onAsk={decision.begin} />
          </div>
        ),
      )}
      {decision.asking && (
        <DecideSheet
          how={decision.asking.how}
          wrong={decision.wrong}
          words={`${heading}\n${asText(late)}`}
          onSend={(reason) => decision.asking && decision.send(decision.asking, reason)}
          onClose={decision.close}
        />
      )}
    </>
  )
}

export function statusWord({ status }: HeldChange): string {
  const words = { open: '', taken: say('taken'), added: say('added'), dismissed: say('dismissed') }
  return words[status]
}
