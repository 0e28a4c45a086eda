import type { ComponentChildren } from 'preact'
import { StatusChip } from '../sync/StatusChip.tsx'
import { AppBar } from '../ui/AppBar.tsx'
import { TabBar } from '../ui/TabBar.tsx'
import { Bottom } from '../ui/VerdictDock.tsx'
import { NotSaved } from './NotSaved.tsx'
import { useTabs } from './tabs.ts'
import { wide } from './wide.ts'

interface Props {
  title: string
  line?: string | undefined
  /** The tab this root screen stands under; absent on screens one goes back from. */
  at?: string
  onBack?: () => void
  /** In the place of the sync chip. */
  corner?: ComponentChildren
  dock?: ComponentChildren
  children: ComponentChildren
}

const Tabs = ({ at }: { at: string }) => <TabBar tabs={useTabs()} at={at} />

/** A screen of the phone: head, content, and at the thumb the dock or the tabs. */
export function Screen({ title, line, at, onBack, corner, dock, children }: Props) {
  // at the desk the foot of the rail tells it
  const chip = corner === undefined ? !wide.value && <StatusChip /> : corner
  return (
    <div class="phone">
      <AppBar title={title} line={line} {...(onBack && { onBack })}>
        {chip}
      </AppBar>
      <main tabIndex={-1}>{children}</main>
      <Bottom>
        {!wide.value && <NotSaved />}
        {dock}
        {at && !wide.value && <Tabs at={at} />}
      </Bottom>
    </div>
  )
}
