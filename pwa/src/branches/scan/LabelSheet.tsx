import { useState } from 'preact/hooks'
import type { Row } from '../../core/rows.ts'
import { call, isObject } from '../../sync/http.ts'
import { syncNow } from '../../sync/now.ts'
import '../../ui/Button.css'
import { Chips } from '../../ui/Chips.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Banner } from '../../ui/Notice.tsx'
import { useOnce } from '../../ui/once.ts'
import { Sheet } from '../../ui/Sheet.tsx'
import './LabelSheet.css'
import type { Why } from './recognise.ts'
import { say } from './say.ts'

interface Props {
  branch: Pick<Row<'branch'>, 'id' | 'name' | 'code' | 'tag'>
  onClose: () => void
}

type Failure = 'renewAway' | 'renewNotAllowed' | 'renewChanged'

/** Asks the server for a new label in the place of the one with this tag; asked twice it gives one. */
async function renewLabel(branch: string, tag: string, why: Why): Promise<Failure | { tag: string }> {
  const answer = await call({ method: 'POST', url: `/api/branches/${branch}/qr`, body: JSON.stringify({ tag, why }) })
  if (answer.kind === 'ok') return { tag: isObject(answer.body) ? String(answer.body['tag']) : tag }
  if (answer.kind === 'noise') return 'renewAway'
  if (answer.code === 'stale_view') return 'renewChanged'
  return answer.status === 403 || answer.status === 404 ? 'renewNotAllowed' : 'renewAway'
}

function Picture({ branch, tag }: Pick<Props, 'branch'> & { tag: string | null }) {
  const [missing, miss] = useState(false)
  if (missing) return <p class="small dim">{say('noPicture')}</p>
  const src = `/api/branches/${branch.id}/qr.svg?tag=${tag}`
  return (
    <figure class="label-pic">
      <img src={src} alt={say('picture', { branch: branch.name })} onError={() => miss(true)} />
      <figcaption class="n">{branch.code}</figcaption>
    </figure>
  )
}

/** The label of a branch: to look at, to print, to give anew. For those who may; the server judges again. */
export function LabelSheet({ branch, onClose }: Props) {
  const [asking, ask] = useState(false)
  const [why, choose] = useState<Why>('lost')
  const [failure, fail] = useState<Failure | null>(null)
  const [tag, know] = useState(branch.tag)
  const [renewed, told] = useState(false)
  const renew = useOnce(async () => {
    if (tag === null) return
    fail(null)
    const answer = await renewLabel(branch.id, tag, why)
    if (typeof answer === 'string') return fail(answer)
    syncNow()
    know(answer.tag)
    told(true)
    ask(false)
  })
  const reasons = (['lost', 'copied', 'worn'] as const).map((value) => ({ value, word: say(value) }))
  return (
    <Sheet title={asking ? say('renewTitle') : say('labelOf', { branch: branch.name })} onClose={onClose}>
      {failure && <Banner tone="fail" icon="st-refused" title={say(failure)} />}
      {asking ? (
        <>
          <p class="small">{say('renewText')}</p>
          <p class="legend gap">{say('renewWhy')}</p>
          <Chips label={say('renewWhy')} choices={reasons} chosen={why} onChoose={choose} />
          <div class="sheet-a">
            <button type="button" class="btn btn-line btn-l" onClick={() => ask(false)}>
              {say('keep')}
            </button>
            <button type="button" class="btn btn-fail btn-l" onClick={renew}>
              {say('renewDo')}
            </button>
          </div>
        </>
      ) : (
        <>
          <div role="status">
            {renewed ? <Banner icon="ok-circle" title={say('renewed')} /> : <p class="small dim">{say('labelText')}</p>}
          </div>
          <Picture branch={branch} tag={tag} key={tag} />
          <div class="sheet-a">
            <button type="button" class="btn btn-line btn-l" onClick={() => ask(true)}>
              <Icon name="refresh" />
              {say('renew')}
            </button>
            <a class="btn btn-go btn-l" href={`/api/branches/${branch.id}/qr-sheet`} target="_blank" rel="noopener">
              {say('print')}
            </a>
          </div>
        </>
      )}
    </Sheet>
  )
}
