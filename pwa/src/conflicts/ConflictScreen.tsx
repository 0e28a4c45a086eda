import { useInspection } from '../inspections/useInspection.ts'
import { back, go } from '../router.ts'
import { Lost } from '../shell/Lost.tsx'
import { Screen } from '../shell/Screen.tsx'
import { checkText, nameOf } from '../standards/titles.ts'
import { t } from '../texts/index.ts'
import { Skeleton } from '../ui/Notice.tsx'
import { CheckHistory } from './HistoryScreen.tsx'
import { PickOne } from './PickOne.tsx'
import { type OpenConflict, placeOf } from './queries.ts'

/** To the next that this person may decide; back where nothing is left. */
function onward([next]: OpenConflict[]): void {
  if (next) go(placeOf(next.conflict), true)
  else back()
}

/** One check that two people judged differently; once it is settled, what became of either. */
export function ConflictScreen({ id, item, check }: { id: string; item: string; check: string }) {
  const view = useInspection(id)
  if (view === null) return <Lost />
  const compiled = view?.edition?.compiled
  const content = compiled?.checks.get(check)?.content
  const of = compiled?.items.get(item)?.content
  const conflict = view?.conflicts.find((one) => one.check === check)
  const line = [view?.branch?.name, of && nameOf(of)].filter(Boolean).join(' · ')
  return (
    <Screen title={content ? checkText(content) : ''} line={line} onBack={back}>
      {!view && <Skeleton label={t('firstDownload')} />}
      {view && conflict && <PickOne view={view} conflict={conflict} onSettled={onward} key={check} />}
      {view && !conflict && <CheckHistory view={view} item={item} check={check} />}
    </Screen>
  )
}
