import type { ComponentChildren } from 'preact'
import { t } from '../texts/index.ts'
import './Rail.css'
import { type Tab, TabIcon } from './TabBar.tsx'

interface Props {
  tabs: readonly Tab[]
  at: string
  /** The foot: sync state and who is signed in. */
  children: ComponentChildren
}

/** The desk's navigation, with a way past it for the keyboard. */
export function Rail({ tabs, at, children }: Props) {
  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector<HTMLElement>('main')?.focus()}>
        {t('skip')}
      </button>
      <nav class="rail" aria-label={t('mainNavigation')}>
        <div class="rail-brand" aria-hidden="true">
          巡
          <br />访
        </div>
        {tabs.map((tab) => (
          <a class="rail-b" href={`#${tab.to}`} key={tab.to} aria-current={tab.to === at ? 'page' : undefined}>
            <TabIcon icon={tab.icon} badge={tab.badge} />
            {tab.word}
          </a>
        ))}
        <div class="rail-foot">{children}</div>
      </nav>
    </>
  )
}
