import { signal } from '@preact/signals'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Banner } from '../ui/Notice.tsx'

const notSaved = signal(false)

// a tap that found no room has nobody else to tell it: it must not pass in silence
addEventListener('unhandledrejection', (event) => {
  if (!(event.reason instanceof Error) || event.reason.name !== 'StorageFull') return
  event.preventDefault()
  notSaved.value = true
})

/** The last tap was not kept, because the phone is full; stays until it was read. */
export function NotSaved() {
  if (!notSaved.value) return null
  return (
    <div role="alert">
      <Banner tone="fail" icon="st-lost" title={t('notSaved')}>
        {t('notSavedText')}{' '}
        <button
          type="button"
          class="btn btn-text"
          onClick={() => {
            notSaved.value = false
          }}
        >
          {t('close')}
        </button>
      </Banner>
    </div>
  )
}
