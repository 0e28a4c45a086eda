import { useMemo } from 'preact/hooks'
import { useLive } from '../database/live.ts'
import type { InspectionView } from '../inspections/view.ts'
import { listPeople } from '../people/queries.ts'
import { session } from '../people/session.ts'
import { openReview } from '../reviews/queries.ts'
import { up } from '../router.ts'
import { Screen } from '../shell/Screen.tsx'
import { problemText } from '../sync/problemText.ts'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Icon } from '../ui/Icon.tsx'
import { Empty, Skeleton } from '../ui/Notice.tsx'
import { Dock } from '../ui/VerdictDock.tsx'
import type { About } from './Facts.tsx'
import { stamp } from './facts.ts'
import './Proof.css'
import { SheetHead } from './SheetHead.tsx'
import { SheetPhoto } from './SheetPhoto.tsx'
import { say } from './say.ts'
import { photosOn, type SheetCheck, type SheetItem, sheetOf } from './sheet.ts'
import { type Arrivals, useArrivals } from './useArrivals.ts'

interface Props {
  view: InspectionView
  who: About['who']
  items: readonly SheetItem[]
  arrivals: Arrivals
}

function Check({ check, item, view, who, arrivals }: Omit<Props, 'items'> & { check: SheetCheck; item: SheetItem }) {
  const failed = check.answer?.result === 'fail'
  return (
    <section class="proof-check">
      <h4>
        {check.code ? `${check.code} ${check.text}` : say('ofItem')}
        {check.words && <b class={failed ? 'proof-lost' : undefined}> {check.words}</b>}
      </h4>
      {check.photos.length === 0 && <p class="proof-note">{say('noPhotos')}</p>}
      <div class={check.photos.length === 1 ? 'proof-photos is-one' : 'proof-photos'}>
        {check.photos.map((one) => (
          <SheetPhoto
            view={view}
            one={one}
            who={who}
            what={check.text || item.name}
            onSettled={(arrival) => arrivals.tell(one.shown.photo.id, arrival)}
            key={one.shown.photo.id}
          />
        ))}
      </div>
    </section>
  )
}

function Items({ items, ...props }: Props) {
  return items.map((item) => (
    <section class="proof-item" key={item.code}>
      <h3>
        {item.code} {item.name}
      </h3>
      {item.notes.map(({ author, text }) => (
        <p class="proof-note" key={author}>
          {t('noteOf', { who: props.who(author) })}
          {text}
        </p>
      ))}
      {item.checks.map((check) => (
        <Check {...props} item={item} check={check} key={check.code ?? ''} />
      ))}
    </section>
  ))
}

/** Every fingerprint in full: only the whole of one proves a picture. */
function Prints({ items }: Pick<Props, 'items'>) {
  return (
    <section class="proof-prints">
      <h3>{say('prints')}</h3>
      <ol>
        {photosOn(items).map(({ n, shown: { photo } }) => (
          <li key={photo.id}>
            {say('figure', { n })} <code>{photo.sha256}</code>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** When and by whom it was made, and in whose time: paper does not move along with the clock. */
function End() {
  const now = new Date()
  const east = -now.getTimezoneOffset() / 60
  const zone = `UTC${east < 0 ? '−' : '+'}${Math.abs(east)}`
  const made = { at: stamp(now.getTime()), zone, who: session.value?.person.name ?? '' }
  return (
    <footer class="proof-end">
      <p>{say('madeAt', made)}</p>
      <p>{say('onlyRecord')}</p>
    </footer>
  )
}

function Sheet(props: Props) {
  return (
    <article class="proof" data-theme="light">
      <SheetHead view={props.view} who={props.who} />
      {props.items.length === 0 && <p>{say('nothingOn')}</p>}
      <Items {...props} />
      {photosOn(props.items).length > 0 && <Prints items={props.items} />}
      <End />
    </article>
  )
}

function PrintDock({ arrivals }: { arrivals: Arrivals }) {
  const { settled, of, broken, waiting, print } = arrivals
  const come = settled < of ? say('pictures', { n: settled, of }) : ''
  return (
    <Dock>
      <button type="button" class="btn btn-go btn-l btn-full" aria-disabled={waiting} onClick={print}>
        <Icon name="download" />
        {waiting ? say('printWaits') : say('print')}
      </button>
      <p class="hint mid n" role="status">
        {come || (broken > 0 ? say('picturesBroken', { n: broken }) : say('picturesHere', { n: of }))}
      </p>
    </Dock>
  )
}

function Shown({ view, who }: Pick<Props, 'view' | 'who'>) {
  const items = useMemo(() => sheetOf(view), [view])
  const arrivals = useArrivals(photosOn(items).map(({ shown }) => shown.photo.id))
  return (
    <Screen
      title={say('sheet')}
      line={view.branch?.name}
      onBack={() => up(`/inspections/${view.id}`)}
      dock={<PrintDock arrivals={arrivals} />}
    >
      <Sheet view={view} who={who} items={items} arrivals={arrivals} />
    </Screen>
  )
}

/** The photos of an inspection with what speaks for them, to be printed or kept as a file. */
export function ProofScreen({ id }: { id: string }) {
  const opened = useLive(() => openReview(id), [id])
  const people = useLive(listPeople, [])
  const who = (person: string | null) => people?.get(person ?? '')?.name || t('nobody')
  if (opened && 'view' in opened && opened.view.edition && opened.view.readable && people) {
    return <Shown view={opened.view} who={who} />
  }
  const missing = opened && 'missing' in opened ? opened.missing : null
  const closed = opened && 'view' in opened && !opened.view.readable
  return (
    <Screen title={say('sheet')} onBack={() => up(`/inspections/${id}`)}>
      {missing === 'offline' && <Empty icon="offline" title={say('sheetAway')} />}
      {missing && missing !== 'offline' && <Empty icon="search" title={problemText(missing)} />}
      {closed && <Empty icon="lock" title={t('crewOnly')} />}
      {!missing && !closed && <Skeleton label={say('sheetOpens')} />}
    </Screen>
  )
}
