import { back } from '../router.ts'
import { firstFill } from '../sync/firstFill.ts'
import { t } from '../texts/index.ts'
import { Empty, Skeleton } from '../ui/Notice.tsx'
import { Screen } from './Screen.tsx'

/** A place that is not there, or no longer within reach; before the first download nobody can tell. */
export function Lost() {
  const filling = firstFill()
  if (filling) {
    return (
      <Screen title="" onBack={back}>
        <Skeleton label={filling} />
      </Screen>
    )
  }
  return (
    <Screen title={t('pageLost')} onBack={back}>
      <Empty icon="search" title={t('pageLost')}>
        <a class="btn btn-line" href="#/">
          {t('goHome')}
        </a>
      </Empty>
    </Screen>
  )
}
