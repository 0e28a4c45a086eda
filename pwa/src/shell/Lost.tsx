import { back } from '../router.ts'
import { t } from '../texts/index.ts'
import { Empty } from '../ui/Notice.tsx'
import { Screen } from './Screen.tsx'

/** A place that is not there, or no longer within reach. */
export function Lost() {
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
