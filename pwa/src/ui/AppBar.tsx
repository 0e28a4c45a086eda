import type { ComponentChildren } from 'preact'
import { t } from '../texts/index.ts'
import './AppBar.css'
import { Icon } from './Icon.tsx'

interface Props {
  title: string
  line?: string | undefined
  /** Absent on the root screens, which have tabs. */
  onBack?: () => void
  /** What stands at the right: the sync chip. */
  children?: ComponentChildren
}

export function AppBar({ title, line, onBack, children }: Props) {
  return (
    <header class="top">
      <div class={onBack ? 'bar' : 'bar bar--root'}>
        {onBack && (
          <button type="button" class="icon-b" aria-label={t('back')} onClick={onBack}>
            <Icon name="back" />
          </button>
        )}
        <div class="bar-title">
          <h1 tabIndex={-1}>{title}</h1>
          {line && <p>{line}</p>}
        </div>
        {children}
      </div>
    </header>
  )
}
