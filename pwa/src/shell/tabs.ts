import { isDecided } from '../core/workflow.ts'
import { useLater } from '../database/live.ts'
import { shownOf } from '../database/shown.ts'
import { hasRole } from '../people/roles.ts'
import { session } from '../people/session.ts'
import { t } from '../texts/index.ts'
import type { Tab } from '../ui/TabBar.tsx'
import { useLatePhones } from './alarm.ts'
import { wide } from './wide.ts'

/** Where the person begins: what they come to do. Carriers see no inspections: theirs are the visits. */
export function homeOf(): '/' | '/review' | '/visits' | '/branches' | '/desk' {
  if (hasRole('inspector') || hasRole('manager')) return '/'
  if (hasRole('supervisor')) return '/review'
  if (hasRole('carrier')) return '/visits'
  return hasRole('admin') ? '/desk' : '/branches'
}

/** Work that waits: one's own inspections that came back, and those of others to be reviewed. */
async function waiting(person: string | undefined) {
  const rows = person ? await shownOf('inspection') : []
  const mine = rows.filter((row) => row.lead === person || row.members[person ?? ''] === true)
  return {
    clashes: await clashesIn(new Set(mine.filter((row) => !isDecided(row)).map(({ id }) => id))),
    returned: mine.filter((row) => row.status === 'returned').length,
    submitted: rows.filter((row) => row.status === 'submitted').length,
    heard: hasRole('supervisor') ? await heardWaiting() : 0,
    held: hasRole('supervisor') ? await heldWaiting() : 0,
  }
}

/** Checks of some inspections that two people judged differently. */
async function clashesIn(inspections: ReadonlySet<string>): Promise<number> {
  if (homeOf() !== '/') return 0
  const findings = (await shownOf('finding')).filter((row) => inspections.has(row.inspection))
  return findings.reduce((n, { open }) => n + Object.keys(open ?? {}).length, 0)
}

/** What customers said and nobody has looked into; that part may not be on this phone yet. */
const heardWaiting = () => import('../visits/heard.ts').then((part) => part.heardWaiting()).catch(() => 0)

/** Work that was set aside lies on the server: its number is the last one heard of. */
const heldWaiting = () => import('../settle/held.ts').then((part) => part.heldWaiting(Date.now())).catch(() => 0)

/** The tabs of the person's roles; only what works is shown. */
export function useTabs(): Tab[] {
  const person = session.value?.person.id
  const work = useLater(() => waiting(person), [person])
  const late = useLatePhones()
  const tabs: Tab[] = []
  if (homeOf() === '/')
    tabs.push({ to: '/', icon: 'today', word: t('tabToday'), badge: (work?.returned ?? 0) + (work?.clashes ?? 0) })
  if (hasRole('supervisor')) {
    const { submitted = 0, held = 0 } = work ?? {}
    // a phone has no room for one more: there late work is found above the reviews
    tabs.push({ to: '/review', icon: 'inbox', word: t('tabReview'), badge: wide.value ? submitted : submitted + held })
    if (wide.value) tabs.push({ to: '/held', icon: 'st-held', word: t('tabHeld'), badge: held })
    tabs.push({ to: '/heard', icon: 'chat', word: t('tabHeard'), badge: work?.heard ?? 0 })
  }
  if (homeOf() === '/visits') tabs.push({ to: '/visits', icon: 'visit', word: t('tabVisits') })
  else tabs.push({ to: '/branches', icon: 'branch', word: t('tabBranches') })
  if (hasRole('carrier') || hasRole('manager')) {
    tabs.push({ to: '/visits/new', icon: 'plus', word: t('tabLogVisit'), mid: true })
    tabs.push({ to: '/customers', icon: 'customer', word: t('tabCustomers') })
  }
  const lists = hasRole('supervisor') && wide.value
  const desk = hasRole('admin') || lists
  if (desk) tabs.push({ to: '/desk', icon: 'table', word: t(lists ? 'tabLists' : 'tabDesk'), badge: late })
  tabs.push({ to: '/me', icon: 'person', word: t('tabMe'), badge: desk ? 0 : late })
  // one main act a person; the others find the camera beside the search for a branch
  if ((hasRole('inspector') || hasRole('supervisor')) && !tabs.some((tab) => tab.mid)) {
    tabs.splice((tabs.length + 1) >> 1, 0, { to: '/scan', icon: 'qr', word: t('tabScan'), mid: true })
  }
  return tabs
}
