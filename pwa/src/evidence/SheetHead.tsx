import type { Inspection } from '../contract/records.ts'
import { vetoWords } from '../inspections/verdict.ts'
import type { InspectionView } from '../inspections/view.ts'
import { statusWord } from '../inspections/words.ts'
import { Drawing } from '../signature/Drawing.tsx'
import '../signature/signature.css'
import { say as signature } from '../signature/say.ts'
import { warningOf } from '../signature/state.ts'
import { useSigned } from '../signature/useSigned.ts'
import { standardTitle } from '../standards/titles.ts'
import { points } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import type { About } from './Facts.tsx'
import { stamp } from './facts.ts'
import { say } from './say.ts'

interface Props {
  view: InspectionView
  who: About['who']
}

/** To the minute. */
const minute = (ms: number): string => stamp(ms).slice(0, -3)

function peopleOf({ inspection }: InspectionView, who: About['who']): string {
  const crew = Object.entries(inspection.members).filter(([person, is]) => is && person !== inspection.lead)
  return [inspection.lead, ...crew.map(([person]) => person)].map(who).join(t('listComma'))
}

function decisionOf({ inspection }: InspectionView, who: About['who']): string {
  const { decided_by: by, decided_at: at } = inspection
  return [statusWord(inspection.status), by && who(by), at && minute(at)].filter(Boolean).join(' · ')
}

/** Who signed, or why not, with the year: paper is kept. */
function signedWords({ inspection }: InspectionView, signed: Inspection['signed']): string {
  if (!signed) return [inspection.representative, signature('none')].filter(Boolean).join(' · ')
  const told = { who: signed.name ?? '', when: minute(signed.at) }
  return signed.refused ? signature('refusedBy', { why: signed.refused, ...told }) : signature('signedBy', told)
}

/** What the branch said to the list of deductions, as it was written. */
function Signed({ view }: { view: InspectionView }) {
  const state = useSigned(view)
  const words = signedWords(view, state.signed)
  const strokes = state.signed?.strokes ?? []
  return (
    <dd>
      {warningOf(state) && <b>{warningOf(state)} · </b>}
      {words}
      {strokes.length > 0 && <Drawing strokes={strokes} label={words} />}
    </dd>
  )
}

/** Whose inspection this is, by which edition, and what came of it. */
export function SheetHead({ view, who }: Props) {
  const { inspection, branch, edition, score } = view
  const vetoes = score && edition ? vetoWords(score, edition.compiled) : []
  return (
    <header class="proof-head">
      <p class="proof-title">{say('sheet')}</p>
      <h2>
        {branch?.name} <span class="n">{branch?.code}</span>
      </h2>
      <dl>
        <dt>{say('sheetStandard')}</dt>
        <dd>{edition && standardTitle(edition.row)}</dd>
        <dt>{say('sheetWhen')}</dt>
        <dd class="n">
          {minute(inspection.started_at)}
          {inspection.submitted_at && ` – ${minute(inspection.submitted_at)}`}
        </dd>
        <dt>{say('sheetWho')}</dt>
        <dd>{peopleOf(view, who)}</dd>
        <dt>{say('sheetScore')}</dt>
        <dd>
          <b class="n">{score ? t('sectionPoints', { points: points(score.total) }) : '—'}</b>
          {vetoes.length > 0 && ` · ${t('vetoLine', { what: vetoes.join(t('listComma')) })}`}
        </dd>
        <dt>{say('sheetState')}</dt>
        <dd class="n">{decisionOf(view, who)}</dd>
        <dt>{say('sheetSigned')}</dt>
        <Signed view={view} />
      </dl>
    </header>
  )
}
