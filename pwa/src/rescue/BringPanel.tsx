import { useId, useRef, useState } from 'preact/hooks'
import { uuid7 } from '../core/ids.ts'
import { Panel } from '../desk/Panel.tsx'
import { Ask, Wrong } from '../desk/parts.tsx'
import { isKnown, refusalText } from '../desk/refusal.ts'
import { moment } from '../texts/format.ts'
import '../ui/Button.css'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Brought, type BroughtFile, BroughtReport } from './Brought.tsx'
import { bring, type Far, type HeadSaid, headOf, MOST_BYTES, type Report } from './bringing.ts'
import { ReportCard } from './ReportCard.tsx'
import { say } from './say.ts'

const percent = ({ done, all }: Far) => Math.floor((100 * done) / Math.max(1, all))

function farWords(far: Far): string {
  if (far.state === 'sending') return say('sending', { percent: percent(far) })
  if (far.state === 'changes') return say('takingChanges', far)
  if (far.state === 'photos') return say('takingPhotos', far)
  return say(far.state === 'reading' ? 'reading' : 'receiving')
}

function Progress({ far }: { far: Far }) {
  const words = farWords(far)
  return (
    <div class="far">
      <p class="small n" role="status">
        {words}
      </p>
      <progress aria-label={words} {...(far.all > 0 && { max: far.all, value: far.done })} />
    </div>
  )
}

interface Chosen {
  file: File
  head: HeadSaid
}

function Choose({ chosen, busy, onChoose }: { chosen: Chosen | null; busy: boolean; onChoose: (file: File) => void }) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const about = chosen && say('of', { device: chosen.head.device, when: moment(chosen.head.made_at, Date.now()) })
  return (
    <div class="field">
      <label class="legend" for={id}>
        {say('file')}
      </label>
      <button
        type="button"
        id={id}
        class="file"
        disabled={busy}
        aria-describedby={`${id}-h`}
        onClick={() => input.current?.click()}
      >
        <Icon name="inbox" />
        <span class="grow">{chosen?.file.name ?? say('choose')}</span>
      </button>
      <input
        ref={input}
        class="vh"
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(e) => {
          const file = e.currentTarget.files?.[0]
          if (file) onChoose(file)
          e.currentTarget.value = ''
        }}
      />
      <p class="hint n" id={`${id}-h`}>
        {about ?? say('chooseHint')}
      </p>
    </div>
  )
}

/** What stands in the way of handing it in, in the person's words. */
function wrongWith(file: File | undefined, head: HeadSaid | null, code: string): string {
  if (!file) return say('needFile')
  if (!head) return say('notOurs')
  if (file.size > MOST_BYTES) return say('tooBig')
  return head.way === 'code' && !code.trim() ? say('needCode') : ''
}

function useBringing() {
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [code, setCode] = useState('')
  const [wrong, setWrong] = useState('')
  const [far, setFar] = useState<Far | null>(null)
  const [asking, ask] = useState(false)
  const [report, setReport] = useState<Report | null>(null)
  async function choose(file: File) {
    const head = await headOf(file)
    setChosen(head && { file, head })
    setWrong(head ? '' : say('notOurs'))
  }
  async function send(vouch: boolean) {
    if (far) return
    const problem = wrongWith(chosen?.file, chosen?.head ?? null, code)
    setWrong(problem)
    if (problem || !chosen) return
    setFar({ state: 'sending', done: 0, all: chosen.file.size })
    const got = await bring({ id: uuid7(Date.now()), file: chosen.file, code, vouch }, setFar)
    setFar(null)
    if (got.ok) setReport(got.value)
    else if (got.code === 'rescue_revoked' && got.extra['may_vouch'] === true) ask(true)
    else if (got.code === 'rescue_revoked') setWrong(say('vouchAdmin'))
    else setWrong(isKnown(got.code) ? refusalText(got.code) : say('interrupted'))
  }
  function again() {
    setChosen(null)
    setCode('')
    setReport(null)
  }
  return { chosen, code, setCode, wrong, far, asking, ask, report, choose, send, again }
}

/** A file a phone made is handed in: checked as a whole, taken in, and reported. */
export function BringPanel({ onClose }: { onClose: () => void }) {
  const { chosen, code, setCode, wrong, far, asking, ask, report, choose, send, again } = useBringing()
  const [opened, open] = useState<BroughtFile | null>(null)
  if (report) {
    return (
      <Panel title={say('bring')} onClose={onClose}>
        <ReportCard report={report} />
        <button type="button" class="btn btn-line btn-l btn-full" onClick={again}>
          {say('another')}
        </button>
      </Panel>
    )
  }
  if (opened) {
    return (
      <Panel title={say('brought')} onClose={onClose}>
        <BroughtReport file={opened} onBack={() => open(null)} />
      </Panel>
    )
  }
  return (
    <Panel title={say('bring')} line={say('bringLine')} onClose={onClose}>
      <form
        class="stack"
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          void send(false)
        }}
      >
        <Choose chosen={chosen} busy={far !== null} onChoose={choose} />
        {chosen?.head.way === 'code' && (
          <Field
            label={say('code')}
            value={code}
            onInput={setCode}
            hint={say('codeHint')}
            input={{ autocomplete: 'off', spellcheck: false }}
          />
        )}
        {wrong && <Wrong>{wrong}</Wrong>}
        <div class="save">
          {far && <Progress far={far} />}
          <button type="submit" class="btn btn-go btn-l btn-full" aria-disabled={far !== null}>
            {say('send')}
          </button>
          <p class="hint">{say('sendHint')}</p>
        </div>
      </form>
      <Brought onOpen={open} />
      {asking && (
        <Ask title={say('vouchTitle')} send={say('vouch')} onSend={() => void send(true)} onClose={() => ask(false)}>
          <p>{say('vouchMeans')}</p>
        </Ask>
      )}
    </Panel>
  )
}
