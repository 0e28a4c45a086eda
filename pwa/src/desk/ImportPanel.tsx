import { useEffect, useState } from 'preact/hooks'
import { day } from '../texts/format.ts'
import { inLanguage, t } from '../texts/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { Banner, toast } from '../ui/Notice.tsx'
import { download, type Got, revision, write } from './api.ts'
import { ImportNew } from './ImportNew.tsx'
import { Progress } from './ImportProgress.tsx'
import { applyImport, isBusy, undoImport } from './imports.ts'
import { Record } from './Panel.tsx'
import { Ask, Wrong } from './parts.tsx'
import { refusalText } from './refusal.ts'
import type { ImportBody, ImportFault } from './rows.ts'
import { say } from './say.ts'
import { importKinds, importStates, when } from './words.ts'

function Figures({ row }: { row: ImportBody }) {
  const figures = [
    [say('rowsNew'), row.new],
    [say('rowsChanged'), row.changed],
    [say('rowsUnchanged'), row.unchanged],
    [say('rowsWrong'), row.wrong],
  ] as const
  return (
    <dl class="figures">
      {figures.map(([word, n], i) => (
        <div key={word} class={i === 3 && n > 0 ? 'c-fail' : undefined}>
          <dt>{word}</dt>
          <dd class="n">{n}</dd>
        </div>
      ))}
    </dl>
  )
}

function FaultRow({ fault }: { fault: ImportFault }) {
  return (
    <tr>
      <th scope="row" class="n">
        {fault.column ? `${fault.column}${fault.row}` : fault.row}
      </th>
      <td>
        {fault.heading && <span class="dim">{fault.heading} </span>}
        {fault.value && <b>{fault.value}</b>}
        <span class="fault-w">{inLanguage(fault.zh, fault.en)}</span>
      </td>
    </tr>
  )
}

/** Every cell that is wrong, with what is wrong; and the same as a sheet. */
function Faults({ row }: { row: ImportBody }) {
  const [wrong, setWrong] = useState('')
  const fetchIt = async () => {
    const got = await download(`/api/imports/${row.id}/sheet`)
    setWrong(got.ok ? '' : refusalText(got.code))
  }
  return (
    <section class="stack">
      <Banner tone="fail" icon="st-refused" title={say('rowsAreWrong', { n: row.wrong })}>
        {say('rowsAreWrongText')}
      </Banner>
      <button type="button" class="btn btn-line btn-full" onClick={fetchIt}>
        <Icon name="download" />
        {say('faultSheet')}
      </button>
      {wrong && <Wrong>{wrong}</Wrong>}
      <div class="card faults">
        <table>
          <caption class="vh">{say('faults')}</caption>
          <thead>
            <tr>
              <th scope="col">{say('cell')}</th>
              <th scope="col">{say('whatIsWrong')}</th>
            </tr>
          </thead>
          <tbody>
            {row.errors.map((fault) => (
              <FaultRow fault={fault} key={`${fault.row} ${fault.column} ${fault.code}`} />
            ))}
          </tbody>
        </table>
      </div>
      {row.errors.length >= 500 && <p class="hint">{say('moreFaults')}</p>}
      <a class="btn btn-go btn-l btn-full" href="#/desk/imports/new">
        {say('uploadAgain')}
      </a>
    </section>
  )
}

type Act = 'apply' | 'undo' | 'discard' | 'passwords'

const ASKS = {
  apply: { title: 'applyAsk', means: 'applyMeans', send: 'apply' },
  undo: { title: 'undoAsk', means: 'undoMeans', send: 'undo' },
  discard: { title: 'discardAsk', means: 'discardMeans', send: 'discard' },
  passwords: { title: 'passwordsAsk', means: 'passwordsMeans', send: 'passwords' },
} as const

/** What can be done with it in its state. */
function actsOf(row: ImportBody): Act[] {
  if (row.state === 'applied') return row.kind === 'people' && row.new > 0 ? ['passwords', 'undo'] : ['undo']
  if (row.state === 'checked' && row.wrong === 0 && row.new + row.changed > 0) return ['apply', 'discard']
  return row.state === 'checked' || row.state === 'interrupted' ? ['discard'] : []
}

/** Why it was refused; what was changed since it was imported is named. */
function whyNot({ code, extra }: Extract<Got<unknown>, { ok: false }>): string {
  const changed = Array.isArray(extra['changed']) ? (extra['changed'] as { name?: string }[]) : []
  const names = changed.map(({ name }) => name).filter(Boolean)
  return names.length > 0
    ? say('changedSince', { why: refusalText(code), names: names.join(t('listComma')) })
    : refusalText(code)
}

function Acts({ row, onClose }: { row: ImportBody; onClose: () => void }) {
  const [asking, ask] = useState<Act | null>(null)
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  const [far, setFar] = useState<ImportBody | null>(null)
  async function run(act: Act) {
    if (busy) return
    setBusy(true)
    setWrong('')
    const got = await perform(act, row, setFar)
    setBusy(false)
    setFar(null)
    if (!got.ok) return setWrong(whyNot(got))
    if (act === 'discard') return onClose()
    if (act !== 'passwords') toast(say(act === 'apply' ? 'applied' : 'undone'))
  }
  return (
    <section class="stack">
      {busy && <Progress body={far} />}
      {wrong && <Wrong>{wrong}</Wrong>}
      {!busy &&
        actsOf(row).map((act, i) => (
          <button
            type="button"
            class={
              i === 0 && act !== 'discard' && act !== 'undo' ? 'btn btn-go btn-l btn-full' : 'btn btn-line btn-full'
            }
            onClick={() => ask(act)}
            key={act}
          >
            {say(ASKS[act].send)}
          </button>
        ))}
      {asking && (
        <Ask
          title={say(ASKS[asking].title, { n: row.new + row.changed })}
          send={say(ASKS[asking].send)}
          danger={asking === 'undo'}
          onSend={() => run(asking)}
          onClose={() => ask(null)}
        >
          <p>{say(ASKS[asking].means)}</p>
        </Ask>
      )}
    </section>
  )
}

function perform(act: Act, row: ImportBody, told: (body: ImportBody) => void): Promise<Got<unknown>> {
  if (act === 'apply') return applyImport(row, told)
  if (act === 'undo') return undoImport(row, told)
  if (act === 'passwords') return download(`/api/imports/${row.id}/passwords`, 'POST')
  return write('DELETE', `/api/imports/${row.id}`)
}

/** How often one looks how far an import is that was begun elsewhere, ms. */
const LOOK = 1000

/** An import that somebody left while the server was at it. */
function StillAtIt({ row }: { row: ImportBody }) {
  useEffect(() => {
    const timer = setTimeout(() => {
      revision.value += 1
    }, LOOK)
    return () => clearTimeout(timer)
  }, [row])
  return <Progress body={row} />
}

/** An import: what it would do, what is wrong in it, and its acts; or a new one. */
export function ImportPanel({ id, onClose }: { id: string; onClose: () => void }) {
  if (id === 'new') return <ImportNew onClose={onClose} />
  return (
    <Record<ImportBody>
      list="imports"
      id={id}
      title={(row) => row.name}
      line={(row) => `${importKinds()[row.kind]} · ${when(row.created_at)} · ${importStates()[row.state]}`}
      onClose={onClose}
      draw={(row) => (
        <>
          <Figures row={row} />
          {row.state === 'checked' && row.wrong === 0 && row.new + row.changed === 0 && (
            <p class="small dim">{say('nothingNew')}</p>
          )}
          {row.kept_until !== undefined && <p class="small dim">{say('sheetKept', { day: day(row.kept_until) })}</p>}
          {row.wrong > 0 && <Faults row={row} />}
          {isBusy(row) ? <StillAtIt row={row} /> : <Acts row={row} onClose={onClose} />}
        </>
      )}
    />
  )
}
