import { session } from '../people/session.ts'
import { chipMore, chipWord } from '../sync/StatusChip.tsx'
import { syncStatus } from '../sync/status.ts'
import { Icon } from '../ui/Icon.tsx'

/** At the foot of the rail: where the work is, and whose it is. */
export function RailFoot() {
  const status = syncStatus.value
  return (
    <>
      {status.chip && (
        <a class={`rail-sync st-${status.chip}`} href="#/sync">
          <Icon name={`st-${status.chip}`} />
          <span class="n">{chipWord(status)}</span>
          <span class="vh">{chipMore(status)}</span>
        </a>
      )}
      <span class="rail-me">{session.value?.person.name}</span>
    </>
  )
}
