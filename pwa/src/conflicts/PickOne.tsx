import { useRef, useState } from 'preact/hooks'
import { distance } from '../branches/distance.ts'
import { answerWords } from '../inspections/answerWords.ts'
import type { Choice, Conflict, InspectionView } from '../inspections/view.ts'
import { type ShownPhoto, Viewer } from '../photos/Shots.tsx'
import { usePhotoUrl } from '../photos/Strip.tsx'
import { checkText } from '../standards/titles.ts'
import { distance as distanceWord, points, recent } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Chips } from '../ui/Chips.tsx'
import { ConflictCards, type Opinion } from '../ui/ConflictCards.tsx'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Banner, toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { settle } from './acts.ts'
import { clockLines, type Time, timesOf } from './clocks.ts'
import './conflicts.css'
import { listConflicts, maySettle, type OpenConflict } from './queries.ts'
import { say } from './say.ts'
import { useHistory } from './useHistory.ts'

const keyOf = ({ by }: Choice) => by.join('.')

/** What one of the authors photographed of the check. */
const shotsOf = (view: InspectionView, conflict: Conflict, person: string): ShownPhoto[] =>
  view.photos.filter(
    ({ check, photo }) => check === conflict.check && photo.author === person && !photo.retracted && !photo.erased_at,
  )

function Picture({ shown }: { shown: ShownPhoto }) {
  const url = usePhotoUrl(shown, 'full')
  return url ? <img src={url} alt="" /> : <Icon name="photo" />
}

function factsOf(view: InspectionView, shots: readonly ShownPhoto[]): string | null {
  const [first] = shots
  if (!first) return null
  const away = distance(first.photo.position, view.branch?.position ?? null)
  const facts = [
    t('photoCount', { n: shots.length }),
    away !== null && say('awayFrom', { distance: distanceWord(away) }),
  ]
  return facts.filter(Boolean).join(' · ')
}

interface CardsProps {
  view: InspectionView
  conflict: Conflict
  times: readonly Time[]
  may: boolean
  onLook: (person: string) => void
}

function opinionsOf({ view, conflict, times, may, onLook }: CardsProps): Opinion[] {
  const check = view.edition?.compiled.checks.get(conflict.check)
  const notes = view.findings.get(conflict.item)?.row?.notes ?? {}
  return conflict.choices.map((choice, i) => {
    const shots = shotsOf(view, conflict, choice.person)
    const who = choice.name || t('nobody')
    return {
      key: keyOf(choice),
      verdict: answerWords(choice.answer, check),
      failed: choice.answer.result === 'fail',
      who,
      time: recent(times[i]?.at ?? choice.at, Date.now()),
      note: notes[choice.person] ?? null,
      photo: shots[0] ? <Picture shown={shots[0]} /> : null,
      onPhoto: shots[0] && (() => onLook(choice.person)),
      photoWord: say('lookPhoto', { who }),
      facts: factsOf(view, shots),
      total: choice.total === null ? null : points(choice.total),
      barred: !may || !choice.pickable,
      barredWord: may ? t('ownOpinion') : say('others'),
    }
  })
}

/** Why this one: ready words, or one's own; nothing has to be said. */
function Why({ why, onWhy }: { why: string; onWhy: (why: string) => void }) {
  const ready = [say('whyFirst'), say('whyFixed'), say('whyPhoto')]
  const chosen = ready.find((words) => words === why) ?? null
  return (
    <section class="why-pick" aria-label={say('whyLabel')}>
      <p class="small">
        <b>{say('whyLabel')}</b> <span class="dim">{say('whyHint')}</span>
      </p>
      <Chips
        label={say('whyLabel')}
        choices={ready.map((word) => ({ value: word, word }))}
        chosen={chosen}
        onChoose={(word) => onWhy(word === chosen ? '' : word)}
      />
      <Field
        label={say('whyOwn')}
        value={chosen ? '' : why}
        onInput={(words) => onWhy(words)}
        input={{ maxLength: 500 }}
      />
    </section>
  )
}

function Clocks({ lines }: { lines: readonly string[] }) {
  return (
    <div class="same small dim">
      <Icon name="clock" />
      <div>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
    </div>
  )
}

/** What is left for this person to decide after one was settled. */
async function restAfter({ inspection, check }: Conflict): Promise<OpenConflict[]> {
  const all = await listConflicts()
  return all.filter(({ conflict, mine }) => mine && (conflict.inspection !== inspection || conflict.check !== check))
}

interface PickProps {
  view: InspectionView
  conflict: Conflict
  /** What is left for the person to decide. */
  onSettled: (rest: OpenConflict[]) => void
}

/** Opinions side by side, and the button that decides; also used by the desk. */
export function PickOne({ view, conflict: given, onSettled }: PickProps) {
  const conflict = { ...given, choices: [...given.choices].sort((a, b) => a.at - b.at) }
  const [chosen, choose] = useState<string | null>(null)
  const [why, setWhy] = useState('')
  const [look, setLook] = useState<{ person: string; at: number } | null>(null)
  const finding = view.findings.get(conflict.item)
  const told = useHistory('finding', finding?.id ?? '')
  const may = maySettle(view, conflict.item)
  const times = timesOf(view, conflict, told?.steps ?? [])
  const lines = clockLines(times, Date.now())
  // what is heard of clocks once a card is chosen stands below the button: it does not move under the finger
  const above = useRef(lines)
  if (chosen === null) above.current = lines
  const heard = lines.filter((line) => !above.current.includes(line))
  const opinions = opinionsOf({ view, conflict, times, may, onLook: (person) => setLook({ person, at: 0 }) })
  const choice = conflict.choices.find((one) => keyOf(one) === chosen)
  const check = view.edition?.compiled.checks.get(conflict.check)
  const what = check ? checkText(check.content) : conflict.check
  const decide = useOnce(async () => {
    if (!choice) return
    const verdict = answerWords(choice.answer, check)
    const said = why.trim() && say('whySaid', { what, verdict, why: why.trim() })
    const written = await settle(view.id, conflict.item, conflict.check, choice.by, said)
    if (!written) return toast(say('notSettledToast'))
    const rest = await restAfter(conflict)
    toast(rest.length > 0 ? say('settledMore', { n: rest.length }) : say('settledToast'))
    onSettled(rest)
  })
  return (
    <>
      <Banner tone="clash" icon="st-clash" title={say('clashTitle')}>
        {say('clashText')}
      </Banner>
      <ConflictCards opinions={opinions} chosen={chosen} onChoose={choose} />
      <Clocks lines={above.current} />
      {may ? (
        <>
          {opinions.some(({ barred }) => barred) && <p class="hint">{say('onlyYield')}</p>}
          <Why why={why} onWhy={setWhy} />
          <div class="dock-a gap">
            <button type="button" class="btn btn-go btn-l" aria-disabled={!choice} onClick={() => decide()}>
              {choice ? say('pickDecide', { what: answerWords(choice.answer, check) }) : say('pickFirst')}
            </button>
          </div>
          <p class="hint mid">{say('otherKept')}</p>
          {heard.length > 0 && <Clocks lines={heard} />}
        </>
      ) : (
        <p class="hint">{say('notYours')}</p>
      )}
      {look && (
        <Viewer
          photos={shotsOf(view, conflict, look.person)}
          at={look.at}
          what={what}
          onMove={(at) => setLook({ ...look, at })}
          onClose={() => setLook(null)}
        />
      )}
    </>
  )
}
