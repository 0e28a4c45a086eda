import { t } from '../texts/index.ts'
import { Icon, type IconName } from './Icon.tsx'
import './TabBar.css'

export interface Tab {
  to: string
  icon: IconName
  word: string
  /** How much work waits there; not news. */
  badge?: number
  /** The main act of the role: a filled capsule. */
  mid?: boolean
}

export function TabIcon({ icon, badge }: { icon: IconName; badge?: number | undefined }) {
  return (
    <span class="tab-ic">
      <Icon name={icon} />
      {badge ? (
        <span class="dot n">
          <span aria-hidden="true">{badge > 99 ? '99+' : badge}</span>
          <span class="vh">{t('badge', { n: badge })}</span>
        </span>
      ) : null}
    </span>
  )
}

export function TabBar({ tabs, at }: { tabs: readonly Tab[]; at: string }) {
  return (
    <nav class="tabs" aria-label={t('mainNavigation')}>
      {tabs.map((tab) => (
        <a
          class={tab.mid ? 'tab tab-mid' : 'tab'}
          href={`#${tab.to}`}
          key={tab.to}
          aria-current={tab.to === at ? 'page' : undefined}
        >
          <TabIcon icon={tab.icon} badge={tab.badge} />
          {tab.word}
        </a>
      ))}
    </nav>
  )
}
