import type { Decision } from '../database/outbox.ts'
import type { DecidedWork } from '../sync/status.ts'
import { moment } from '../texts/format.ts'
import '../ui/Card.css'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { say } from './say.ts'

const ICONS: Record<Decision['status'], IconName> = { taken: 'check', added: 'chat', dismissed: 'na' }

function word(status: Decision['status']): string {
  const words = { taken: say('outTaken'), added: say('outAdded'), dismissed: say('outDismissed') }
  return words[status]
}

/** Decided together, told once. */
function told(decided: readonly DecidedWork[]): { work: DecidedWork; n: number }[] {
  const found = new Map<string, { work: DecidedWork; n: number }>()
  for (const work of decided) {
    const key = [work.root, work.decided.at, work.decided.status].join(' ')
    const known = found.get(key)
    if (known) known.n += 1
    else found.set(key, { work, n: 1 })
  }
  return [...found.values()]
}

/** What supervisors decided about work that came late, for who did it: what, who, when and why. */
export function Outcomes({ decided }: { decided: readonly DecidedWork[] }) {
  return (
    <>
      <div class="sec">
        <h2>{say('outcomes')}</h2>
      </div>
      <ul class="card rows">
        {told(decided).map(({ work, n }) => {
          const { status, by, at, reason } = work.decided
          return (
            <li key={work.id.join()}>
              <a class="row" href={`#${work.place}`}>
                <span class={status === 'dismissed' ? 'row-ic row-ic--fail' : 'row-ic'}>
                  <Icon name={ICONS[status]} />
                </span>
                <span class="grow">
                  <span class="row-t">
                    {word(status)} · <span class="n">{say('changes', { n })}</span>
                  </span>
                  <br />
                  <span class="row-s">{say('because', { why: reason })}</span>
                  <br />
                  <span class="row-s n">{say('decidedBy', { who: by, when: moment(at, Date.now()) })}</span>
                </span>
                <Icon name="next" />
              </a>
            </li>
          )
        })}
      </ul>
    </>
  )
}
