import { t } from '../texts/index.ts'
import '../ui/Button.css'
import '../ui/Notice.css'
import { applyUpdate, updateReady, updateWaits } from '../worker/register.ts'

/** A new version waits: said when nobody is writing, taken when the person likes. */
export function UpdateNote() {
  if (!updateReady.value) return null
  return (
    <div class="update" role="status">
      <span class="grow small">{t(updateWaits.value ? 'updateWaits' : 'updateReady')}</span>
      {!updateWaits.value && (
        <button type="button" class="btn btn-line" onClick={applyUpdate}>
          {t('updateNow')}
        </button>
      )}
    </div>
  )
}
