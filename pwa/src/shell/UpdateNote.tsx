import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Notice.css'
import { applyUpdate, updateReady } from '../worker/register.ts'

/** A new version waits: said once, taken when the person likes. */
export function UpdateNote() {
  if (!updateReady.value) return null
  return (
    <div class="update" role="status">
      <span class="grow small">{t('updateReady')}</span>
      <button type="button" class="btn btn-line" onClick={applyUpdate}>
        {t('updateNow')}
      </button>
    </div>
  )
}
