import { useId, useRef, useState } from 'preact/hooks'
import { uuid7 } from '../core/ids.ts'
import { hasRole } from '../people/roles.ts'
import { go } from '../router.ts'
import { inLanguage } from '../texts/index.ts'
import { Segment } from '../ui/Chips.tsx'
import { Icon } from '../ui/Icon.tsx'
import { download, type Got } from './api.ts'
import { Progress } from './ImportProgress.tsx'
import { checkSheet } from './imports.ts'
import { Panel } from './Panel.tsx'
import { Wrong } from './parts.tsx'
import { refusalText } from './refusal.ts'
import type { ImportBody, ImportRow } from './rows.ts'
import { placeOf } from './ServerList.tsx'
import { say } from './say.ts'
import { importKindChoices } from './words.ts'

const MOST_BYTES = 30 * 1024 * 1024

const REASONS: { [reason: string]: () => string } = {
  not_a_sheet: () => say('notASheet'),
  encrypted: () => say('encrypted'),
  too_big_inside: () => say('tooBigInside'),
  empty: () => say('emptySheet'),
  heading_twice: () => say('headingTwice'),
  too_many_rows: () => say('tooManyRows'),
}

/** Why a sheet cannot be read, in the person's words. */
export function unreadable({ code, extra }: Extract<Got<unknown>, { ok: false }>): string {
  if (code !== 'sheet_unreadable') return refusalText(code)
  if (extra['reason'] === 'no_headings') {
    const [zh = '', en = ''] = Array.isArray(extra['missing']) ? extra['missing'].map(String) : []
    return say('noHeadings', { missing: inLanguage(zh, en) })
  }
  return REASONS[String(extra['reason'])]?.() ?? refusalText(code)
}

/** Whether the list of a kind shows this person anything: an administrator as such sees no customers. */
const sees = (kind: ImportRow['kind']): boolean =>
  kind !== 'customers' || hasRole('carrier') || hasRole('manager') || hasRole('supervisor')

/** The sheet to begin with: an empty one, or what is there already. */
function Template({ kind }: { kind: ImportRow['kind'] }) {
  const [wrong, setWrong] = useState('')
  const fetchIt = async (url: string) => {
    const got = await download(url)
    setWrong(got.ok ? '' : refusalText(got.code))
  }
  const sheets = [
    [say('template'), `/api/imports/template/${kind}`],
    ...(sees(kind) ? [[say('exportThese'), `/api/${kind}?format=xlsx`] as const] : []),
  ] as const
  return (
    <div>
      <div class="stack">
        {sheets.map(([word, url]) => (
          <button type="button" class="btn btn-line btn-full" onClick={() => fetchIt(url)} key={url}>
            <Icon name="download" />
            {word}
          </button>
        ))}
      </div>
      {wrong && <Wrong>{wrong}</Wrong>}
      <p class="hint">{say(kind === 'customers' ? 'customersHint' : 'templateHint')}</p>
    </div>
  )
}

interface ChooseProps {
  file: File | null
  wrong: string
  busy: boolean
  onChoose: (file: File) => void
}

function ChooseFile({ file, wrong, busy, onChoose }: ChooseProps) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  return (
    <div class="field">
      <label class="legend" for={id}>
        {say('sheetFile')}
      </label>
      <button
        type="button"
        id={id}
        class={wrong ? 'file file--bad' : 'file'}
        disabled={busy}
        aria-describedby={`${id}-h`}
        onClick={() => input.current?.click()}
      >
        <Icon name="table" />
        <span class="grow">{file?.name ?? say('chooseFile')}</span>
      </button>
      <input
        ref={input}
        class="vh"
        type="file"
        accept=".xlsx,.xlsm,.xls,.et,.ods,.csv"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(e) => {
          const chosen = e.currentTarget.files?.[0]
          if (chosen) onChoose(chosen)
          // the same name may be chosen again once its content was corrected
          e.currentTarget.value = ''
        }}
      />
      {wrong ? (
        <Wrong id={`${id}-h`}>{wrong}</Wrong>
      ) : (
        <p class="hint" id={`${id}-h`}>
          {say('sheetHint')}
        </p>
      )}
    </div>
  )
}

/** A sheet is chosen and checked; nothing is changed before its dry run was read. */
export function ImportNew({ onClose }: { onClose: () => void }) {
  const [kind, setKind] = useState<ImportRow['kind']>('branches')
  const [file, setFile] = useState<File | null>(null)
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  const [far, setFar] = useState<ImportBody | null>(null)
  async function check(e: Event) {
    e.preventDefault()
    if (busy) return
    if (!file) return setWrong(say('needFile'))
    if (file.size > MOST_BYTES) return setWrong(say('fileTooLarge'))
    setBusy(true)
    const got = await checkSheet(uuid7(Date.now()), kind, file, setFar)
    setBusy(false)
    setFar(null)
    if (got.ok) go(placeOf('imports', got.value.id), true)
    else setWrong(unreadable(got))
  }
  return (
    <Panel title={say('newImport')} onClose={onClose}>
      <form class="stack" onSubmit={check} noValidate>
        <div>
          <p class="legend">{say('whatIsInIt')}</p>
          <Segment label={say('whatIsInIt')} choices={importKindChoices()} chosen={kind} onChoose={setKind} />
        </div>
        <Template kind={kind} />
        <ChooseFile
          file={file}
          wrong={wrong}
          busy={busy}
          onChoose={(chosen) => {
            setFile(chosen)
            setWrong('')
          }}
        />
        <div class="save">
          {busy && <Progress body={far} />}
          <button type="submit" class="btn btn-go btn-l btn-full" aria-disabled={busy}>
            {say(busy ? 'checking' : 'checkSheet')}
          </button>
          <p class="hint">{say('checkHint')}</p>
        </div>
      </form>
    </Panel>
  )
}
