import { useEffect, useState } from 'preact/hooks'
import { read, revision } from '../desk/api.ts'
import { Problem } from '../desk/parts.tsx'
import { moment } from '../texts/format.ts'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import type { Report } from './bringing.ts'
import { ReportCard } from './ReportCard.tsx'
import './rescue.css'
import { say } from './say.ts'

/** A file that was taken in, as a list tells of it. */
export interface BroughtFile
  extends Pick<Report, 'device' | 'person' | 'made_at' | 'new' | 'already' | 'outcomes' | 'photos'> {
  id: string
  brought_at: number
  /** `null`: by a command on the server. */
  brought_by: { id: string; name: string } | null
  vouched: boolean
  refused_before: number
}

interface Page {
  rows: BroughtFile[]
  total: number
}

const STEP = 10

function Tags({ file: { outcomes, photos, refused_before, vouched } }: { file: BroughtFile }) {
  const { held = 0, conflict = 0, refused = 0 } = outcomes
  const tags = [
    [held, 'tag-warn', say('tagHeld', { n: held })],
    [conflict, 'tag-clash', say('tagConflict', { n: conflict })],
    [refused + refused_before, 'tag-fail', say('tagRefused', { n: refused + refused_before })],
    [photos.missing, 'tag-fail', say('tagMissing', { n: photos.missing })],
    [Number(vouched), '', say('tagVouched')],
  ] as const
  const shown = tags.filter(([count]) => count > 0)
  return shown.length === 0 ? null : (
    <span class="tags n">
      {shown.map(([, tone, words]) => (
        <span class={`tag ${tone}`} key={words}>
          {words}
        </span>
      ))}
    </span>
  )
}

function Row({ file, onOpen }: { file: BroughtFile; onOpen: () => void }) {
  const by = file.brought_by ? say('broughtBy', { name: file.brought_by.name }) : say('broughtByCommand')
  return (
    <li>
      <button type="button" class="row" onClick={onOpen}>
        <span class="grow n">
          <span class="row-t">{say('reportOf', { name: file.person.name, device: file.device })}</span>
          <br />
          <span class="row-s">
            {moment(file.brought_at, Date.now())} {by}
          </span>
          <br />
          <span class="row-s">
            {say('counts', { new: file.new, already: file.already, photos: file.photos.stored })}
          </span>
          <Tags file={file} />
        </span>
        <Icon name="next" />
      </button>
    </li>
  )
}

/** The files that were taken in of the phones one answers for, the last first. */
export function Brought({ onOpen }: { onOpen: (file: BroughtFile) => void }) {
  const [most, setMost] = useState(STEP)
  const [page, setPage] = useState<Page | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [again, setAgain] = useState(0)
  useEffect(() => {
    let over = false
    const look = async () => {
      const got = await read<Page>(`/api/rescue?size=${most}`)
      if (over) return
      if (got.ok) setPage(got.value)
      setProblem(got.ok ? null : got.code)
    }
    void look()
    return () => {
      over = true
    }
  }, [most, again, revision.value])
  if (problem && !page) return <Problem code={problem} onAgain={() => setAgain(again + 1)} />
  if (!page) return null
  return (
    <section class="brought">
      <div class="sec">
        <h2>{say('brought')}</h2>
        {page.total > 0 && <span class="more n">{page.total}</span>}
      </div>
      {page.total === 0 && <p class="hint">{say('broughtNone')}</p>}
      {page.rows.length > 0 && (
        <ul class="card rows">
          {page.rows.map((file) => (
            <Row file={file} onOpen={() => onOpen(file)} key={file.id} />
          ))}
        </ul>
      )}
      {page.total > page.rows.length && (
        <button type="button" class="btn btn-line btn-full gap" onClick={() => setMost(most + 4 * STEP)}>
          {say('earlier')}
        </button>
      )}
    </section>
  )
}

/** What one of them brought. */
export function BroughtReport({ file, onBack }: { file: BroughtFile; onBack: () => void }) {
  const [report, setReport] = useState<Report | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const look = async () => {
    const got = await read<{ report: Report }>(`/api/rescue/${file.id}`)
    setProblem(got.ok ? null : got.code)
    if (got.ok) setReport(got.value.report)
  }
  useEffect(() => void look(), [file.id])
  return (
    <>
      <button type="button" class="btn btn-line btn-full" onClick={onBack}>
        {say('backToList')}
      </button>
      {problem && <Problem code={problem} onAgain={() => void look()} />}
      {report && <ReportCard report={report} />}
    </>
  )
}
