import { hasRole } from '../people/roles.ts'
import { t } from '../texts/index.ts'
import type { Tab } from '../ui/TabBar.tsx'

/** Where the person begins: what they come to do. Carriers see no inspections: theirs is the list of branches. */
export function homeOf(): '/' | '/review' | '/branches' {
  if (hasRole('inspector') || hasRole('manager')) return '/'
  return hasRole('supervisor') ? '/review' : '/branches'
}

/** The tabs of the person's roles; only what works is shown. */
export function useTabs(): Tab[] {
  const tabs: Tab[] = []
  if (homeOf() === '/') tabs.push({ to: '/', icon: 'today', word: t('tabToday') })
  if (hasRole('supervisor')) tabs.push({ to: '/review', icon: 'inbox', word: t('tabReview') })
  tabs.push({ to: '/branches', icon: 'branch', word: t('tabBranches') })
  tabs.push({ to: '/me', icon: 'person', word: t('tabMe') })
  return tabs
}
