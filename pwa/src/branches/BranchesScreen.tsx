import { signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import type { Branch } from '../contract/records.ts'
import { useLive } from '../database/live.ts'
import { Screen } from '../shell/Screen.tsx'
import { firstFill } from '../sync/firstFill.ts'
import { distance as metres } from '../texts/format.ts'
import { type PlainKey, t } from '../texts/index.ts'
import '../ui/Card.css'
import { Icon } from '../ui/Icon.tsx'
import { Empty, Skeleton } from '../ui/Notice.tsx'
import './BranchesScreen.css'
import { askPosition, here, positionIfAllowed, positionNow } from './here.ts'
import { type BranchEntry, listBranches } from './queries.ts'

const LIMIT = 60
/** What was searched stays while one looks at a branch and comes back. */
const words = signal('')

const KIND: Record<Branch['kind'], PlainKey> = {
  post_office: 'kindPostOffice',
  agency: 'kindAgency',
  delivery: 'kindDelivery',
}

/** The part of a name that a search found: by its characters, or by their pinyin initials. */
export function foundPart(name: string, initials: string, search: string): [number, number] | null {
  const wanted = search.toLowerCase().replaceAll(/\s/g, '')
  if (!wanted) return null
  const letters = [...name]
  const plain = letters.join('').toLowerCase().indexOf(wanted)
  if (plain >= 0) return [plain, plain + wanted.length]
  const at = initials.toLowerCase().indexOf(wanted)
  return at >= 0 && initials.length === letters.length ? [at, at + wanted.length] : null
}

function Name({ branch, search }: { branch: Branch; search: string }) {
  const part = foundPart(branch.name, branch.initials, search)
  if (!part) return <span class="row-t">{branch.name}</span>
  const [from, to] = part
  return (
    <span class="row-t">
      {branch.name.slice(0, from)}
      <mark>{branch.name.slice(from, to)}</mark>
      {branch.name.slice(to)}
    </span>
  )
}

function Away({ away, accuracy }: { away: number; accuracy: number }) {
  if (away > Math.max(80, accuracy)) return <span class="dist n">{metres(away)}</span>
  return (
    <>
      <span class="here">
        <Icon name="pin" />
        {t('here')}
      </span>
      <small class="faint n">{metres(away)}</small>
    </>
  )
}

function Row({ entry, search, accuracy }: { entry: BranchEntry; search: string; accuracy: number }) {
  const { branch, distance } = entry
  return (
    <li>
      <a class="row row--br" href={`#/branches/${branch.id}`}>
        <span class="grow">
          <Name branch={branch} search={search} /> <span class="faint tiny">{t(KIND[branch.kind])}</span>
          <br />
          <span class="row-s n">
            {branch.code}
            {branch.address && ` · ${branch.address}`}
          </span>
        </span>
        {distance !== null && (
          <span class="br-r">
            <Away away={distance} accuracy={accuracy} />
          </span>
        )}
      </a>
    </li>
  )
}

function SearchDock() {
  return (
    <search class="dock dock--find split">
      <div class="input input--end grow">
        <Icon name="search" />
        <input
          type="search"
          enterkeyhint="search"
          autocomplete="off"
          aria-label={t('findBranchLabel')}
          placeholder={t('findBranch')}
          value={words.value}
          onInput={(e) => {
            words.value = e.currentTarget.value
          }}
        />
        {words.value && (
          <button
            type="button"
            class="icon-b"
            aria-label={t('clear')}
            onClick={() => {
              words.value = ''
            }}
          >
            <Icon name="cross" />
          </button>
        )}
      </div>
      <a class="icon-b" href="#/scan" aria-label={t('scanLabel')}>
        <Icon name="qr" />
      </a>
    </search>
  )
}

/** Where the person has allowed it already it asks nothing, and takes no room while the phone looks. */
function PlaceChip({ allowed }: { allowed: boolean | undefined }) {
  const state = here.value
  if (state === 'unknown') return <p class="small dim found">{t('noPosition')}</p>
  if (typeof state === 'object' || allowed !== false) return null
  return (
    <button type="button" class="chip chip--s found" aria-disabled={state === 'asking'} onClick={askPosition}>
      <Icon name="pin" />
      {state === 'asking' ? t('locating') : t('showDistance')}
    </button>
  )
}

export function BranchesScreen() {
  const [allowed, setAllowed] = useState<boolean>()
  useEffect(() => {
    void positionIfAllowed().then(setAllowed)
  }, [])
  const near = positionNow()
  const search = words.value.trim()
  const list = useLive(() => listBranches({ search, near, limit: LIMIT }), [search, near])
  const filling = firstFill()
  const empty = !list || (filling !== null && list.total === 0 && !search)
  const line = near
    ? t('positionOff', { metres: metres(near.accuracy) })
    : list
      ? t('branchCount', { n: list.total })
      : '\u00a0'
  return (
    <Screen title={t('branches')} line={line} at="/branches" dock={<SearchDock />}>
      <PlaceChip allowed={allowed} />
      {search && list && (
        <p class="found small dim" role="status">
          {t('found', { what: search, n: list.total })}
          {t('comma')}
          {near ? t('nearFirst') : t('byCode')}
        </p>
      )}
      {empty && <Skeleton label={filling ?? t('firstDownload')} />}
      {list && list.entries.length > 0 && (
        <ul class="card rows">
          {list.entries.map((entry) => (
            <Row entry={entry} search={search} accuracy={near?.accuracy ?? 0} key={entry.branch.id} />
          ))}
        </ul>
      )}
      {list && list.total > list.entries.length && (
        <p class="small dim empty-tip">{t('moreBranches', { n: list.total - list.entries.length })}</p>
      )}
      {list && search && <p class="small dim empty-tip">{t('notFound')}</p>}
      {list?.total === 0 && !search && !empty && (
        <Empty icon="branch" title={t('noBranches')}>
          <p class="small dim">{t('noBranchesText')}</p>
        </Empty>
      )}
    </Screen>
  )
}
