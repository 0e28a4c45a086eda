import { useState } from 'preact/hooks'
import type { Answer } from '../contract/records.ts'
import { useLive } from '../database/live.ts'
import { listPeople } from '../people/queries.ts'
import { session } from '../people/session.ts'
import { problemText } from '../sync/problemText.ts'
import { recent, span } from '../texts/format.ts'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import { Banner, Empty, Skeleton, toast } from '../ui/Notice.tsx'
import { useOnce } from '../ui/once.ts'
import { ReasonSheet } from '../ui/ReasonSheet.tsx'
import { bringBack, bringBackReviewed } from './acts.ts'
import './conflicts.css'
import type { Ground } from './ground.ts'
import { say } from './say.ts'
import { doubt, type Step, type Told, type Word } from './steps.ts'
import { type Around, fateWords, hasRivals, reasonWords, verbWord, whoOf, wordLine } from './words.ts'

interface Bringing {
  step: Step
  word: Word
  value: string
}

function Said({ word, step, around, onBring }: WordProps) {
  const line = wordLine(word, around)
  if (!line) return null
  const past = word.fate === 'replaced' || word.fate === 'passed' || word.fate === 'unpicked'
  return (
    <div class="past-w">
      <p class={past ? 'dim' : undefined}>
        {line.name && <span class="small dim">{line.name}</span>}
        <b class={past ? 'past-v was' : 'past-v'}>{line.value}</b>
      </p>
      {(word.fate !== 'stands' || hasRivals(word, step, around.steps)) && (
        <p class={word.fate === 'open' ? 'small c-clash' : 'small dim'}>
          {word.fate === 'open' && <Icon name="st-clash" />}
          {word.picks && `${say('picks')} · `}
          {fateWords(word, around)}
        </p>
      )}
      {onBring && (
        <button type="button" class="chip chip--s" onClick={() => onBring({ step, word, value: line.value })}>
          <Icon name="undo" />
          {say('bringBack')}
        </button>
      )}
    </div>
  )
}

interface WordProps {
  word: Word
  step: Step
  around: Around
  onBring: ((bringing: Bringing) => void) | undefined
}

function Row({ step, ground, around, onBring }: Omit<WordProps, 'word'> & { ground: Ground }) {
  const why = reasonWords(step)
  const off = doubt(step.clock)
  const verb = verbWord(step)
  return (
    <li class="past-s">
      <p class="past-h">
        <b>{around.who(step.person, step.person_name)}</b>
        <span class="small dim n">{recent(step.done_at, Date.now())}</span>
        {verb && <span class="tag">{verb}</span>}
      </p>
      {step.words.map((word) => (
        <Said
          word={word}
          step={step}
          around={{ ...around, row: ground.row(step) }}
          onBring={ground.way(step, word) ? onBring : undefined}
          key={word.path}
        />
      ))}
      {why && <p class="small">{say('because', { why })}</p>}
      {step.late && <p class="small dim">{say('late')}</p>}
      {off !== null && (
        <p class="small c-warn">
          <Icon name="clock" /> {say('clockOff', { span: span(off) })}
        </p>
      )}
    </li>
  )
}

async function bring(ground: Ground, { step, word }: Bringing, why?: string): Promise<void> {
  const row = ground.row(step)
  if (why !== undefined && ground.view && row && 'item' in row) {
    const viewed = { id: ground.root, seen: ground.view.seen }
    await bringBackReviewed(viewed, row.item, word.path.slice('checks.'.length), word.value as Answer, why)
  } else await bringBack(ground.root, step.type, step.record, word.path, word.value)
  toast(say('broughtToast'))
}

interface Props {
  told: Told | undefined
  /** The steps of it that are shown. */
  steps: readonly Step[]
  ground: Ground
  /** Shows steps that came meanwhile, if any did. */
  onNewer: (() => void) | null
}

/** Why only what this phone holds is shown. */
const whyHere = ({ code }: Told) => (code && code !== 'offline' ? problemText(code) : say('offline'))

/** Steps, the last first, each with what became of its values and a way back. */
export function HistoryList({ told, steps, ground, onNewer }: Props) {
  const people = useLive(listPeople, [])
  const [asked, ask] = useState<Bringing | null>(null)
  const once = useOnce((bringing: Bringing) => bring(ground, bringing))
  if (!told || !people) return <Skeleton label={say('loading')} />
  const who = whoOf(session.value?.person.id ?? '', people)
  const around: Around = { steps: told.steps, edition: ground.edition, row: undefined, who }
  const tell = steps.filter((step) => verbWord(step) || step.words.some((word) => wordLine(word, around)))
  const onBring = (bringing: Bringing) =>
    ground.way(bringing.step, bringing.word) === 'correct' ? ask(bringing) : once(bringing)
  return (
    <>
      <div class="past-new" role="status">
        {onNewer && (
          <button type="button" class="chip" onClick={onNewer}>
            <Icon name="refresh" />
            {say('newer')}
          </button>
        )}
      </div>
      {!told.whole && <Banner icon="offline" title={whyHere(told)} />}
      {tell.length === 0 ? (
        <Empty icon="clock" title={say('onlyHere')} />
      ) : (
        <ol class="card rows gap">
          {tell.map((step) => (
            <Row step={step} ground={ground} around={around} onBring={onBring} key={step.change.join('.')} />
          ))}
        </ol>
      )}
      {told.older && <p class="hint mid">{say('older')}</p>}
      {asked && (
        <ReasonSheet
          title={say('bringTitle')}
          text={say('bringText', { value: asked.value })}
          reasons={[say('reasonA'), say('reasonB')]}
          send={say('bringSend')}
          onSend={(why) => void bring(ground, asked, why)}
          onClose={() => ask(null)}
        />
      )}
    </>
  )
}
