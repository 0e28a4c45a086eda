import { useState } from 'preact/hooks'
import { useLive } from '../database/live.ts'
import { getInspection } from '../inspections/queries.ts'
import { actWord } from '../settle/words.ts'
import { checkText } from '../standards/titles.ts'
import { moment } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Card.css'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { Empty } from '../ui/Notice.tsx'
import { problemText } from './problemText.ts'
import { say } from './say.ts'
import type { ConflictAt, HeldWork, RefusedWork, SyncStatus } from './status.ts'
import { typeWord } from './typeWord.ts'
import { WorkSheet } from './WorkSheet.tsx'
import { useWhat } from './what.ts'

interface RowProps {
  icon: IconName
  tone: 'fail' | 'clash' | 'warn'
  title: string
  /** One under the other. */
  lines: readonly string[]
  href?: string
  onOpen?: () => void
}

function Row({ icon, tone, title, lines, href, onOpen }: RowProps) {
  const inside = (
    <>
      <span class={`row-ic row-ic--${tone}`}>
        <Icon name={icon} />
      </span>
      <span class="grow">
        <span class="row-t">{title}</span>
        {lines.map((line) => (
          <span class="row-s for-l n" key={line}>
            {line}
          </span>
        ))}
      </span>
      {(href || onOpen) && <Icon name="next" />}
    </>
  )
  return (
    <li>
      {href ? (
        <a class="row" href={href}>
          {inside}
        </a>
      ) : onOpen ? (
        <button type="button" class="row" onClick={onOpen}>
          {inside}
        </button>
      ) : (
        <div class="row">{inside}</div>
      )}
    </li>
  )
}

/** What was done, by its name: an act, or what was written into. */
const deedOf = ({ act, type }: RefusedWork): string => (act ? actWord(act) : typeWord(type))

function Refused({ work }: { work: RefusedWork }) {
  const [open, setOpen] = useState(false)
  const what = useWhat(work.root, work.item, '')
  const why = problemText(work.code)
  const title = say('refused', { what: deedOf(work) })
  return (
    <>
      <Row
        icon="st-refused"
        tone="fail"
        title={title}
        lines={[why, [what, say('stillHere')].filter(Boolean).join(' · ')]}
        onOpen={() => setOpen(true)}
      />
      {open && <WorkSheet work={work} title={title} what={what} why={why} onClose={() => setOpen(false)} />}
    </>
  )
}

function Clash({ inspection, item, path }: ConflictAt) {
  const check = path.replace(/^checks\./, '')
  const view = useLive(() => getInspection(inspection), [inspection])
  const content = view?.edition?.compiled.checks.get(check)?.content
  return (
    <Row
      icon="st-clash"
      tone="clash"
      title={t('clashIn', { what: content ? checkText(content) : check })}
      lines={[view?.branch?.name ?? '']}
      href={`#/inspections/${inspection}/${item}/${check}`}
    />
  )
}

function Lost({ code, root, item, place }: SyncStatus['lost'][number]) {
  const what = useWhat(root, item, '')
  const flawed = code?.endsWith('_image')
  const title = flawed ? say('badPhotoTitle') : t('lostTitle')
  // to take it again the same way would not help where it is too large, moves, or is of a kind nothing opens
  const lines = flawed && code ? [problemText(code), what] : [what]
  return <Row icon="st-lost" tone="fail" title={title} lines={lines.filter(Boolean)} href={`#${place}`} />
}

/** Held together, told once: a day's work in a branch may wait for one decision. */
function heldTogether(held: readonly HeldWork[]): { work: HeldWork; n: number }[] {
  const found = new Map<string, { work: HeldWork; n: number }>()
  for (const work of held) {
    const key = `${work.root} ${work.code}`
    const known = found.get(key)
    if (known) known.n += 1
    else found.set(key, { work, n: 1 })
  }
  return [...found.values()]
}

/** Where a right was withdrawn the place is no longer on this phone: there is nowhere to go then. */
function Held({ work, n }: { work: HeldWork; n: number }) {
  const here = useLive(() => getInspection(work.root), [work.root])
  const [, kind = ''] = /^\/(visit|customer|inspection)s\//.exec(work.place) ?? []
  const what = useWhat(work.root, n === 1 ? work.item : null, typeWord(n === 1 ? work.type : kind))
  const leads = here || !work.place.startsWith('/inspections/')
  return (
    <Row
      icon="st-held"
      tone="warn"
      title={n > 1 ? `${what} · ${t('things', { n })}` : what}
      lines={[problemText(work.code ?? 'late_evidence'), say('atTime', { when: moment(work.at, Date.now()) })]}
      {...(leads && { href: `#${work.place}` })}
    />
  )
}

/** What a person can do something about, and below it what waits for a supervisor. */
export function ForYou({ status: { refused, conflicts, lost, held } }: { status: SyncStatus }) {
  const n = refused.length + conflicts.length + lost.length
  return (
    <>
      <div class="sec">
        <h2>{say('forYou')}</h2>
        {n > 0 && <span class="more n">{t('things', { n })}</span>}
      </div>
      {n === 0 ? (
        <Empty icon="check" title={say('allQuiet')}>
          <p class="small dim">{say('allQuietText')}</p>
        </Empty>
      ) : (
        <ul class="card rows">
          {refused.map((work) => (
            <Refused work={work} key={work.id.join()} />
          ))}
          {conflicts.map((at) => (
            <Clash {...at} key={`${at.inspection}${at.path}`} />
          ))}
          {lost.map((photo) => (
            <Lost {...photo} key={photo.id} />
          ))}
        </ul>
      )}
      {held.length > 0 && (
        <>
          <div class="sec">
            <h2>{say('forSupervisor')}</h2>
            <span class="more n">{t('things', { n: held.length })}</span>
          </div>
          <ul class="card rows" aria-label={say('forSupervisor')}>
            {heldTogether(held).map(({ work, n }) => (
              <Held work={work} n={n} key={work.id.join()} />
            ))}
          </ul>
        </>
      )}
    </>
  )
}
