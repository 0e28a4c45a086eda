import { signal } from '@preact/signals'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { Banner } from '../ui/Notice.tsx'

/** Why the last tap was not kept; null when it was, or when that was read. */
const notSaved = signal<'StorageFull' | 'NotKept' | null>(null)

// a tap that the disk did not take has nobody else to tell it: it must not pass in silence
addEventListener('unhandledrejection', (event) => {
  const name = event.reason instanceof Error ? event.reason.name : ''
  if (name !== 'StorageFull' && name !== 'NotKept') return
  event.preventDefault()
  console.warn('a tap was not saved', event.reason)
  notSaved.value = name
})

/** The last tap was not kept, because the phone is full or its disk fails; stays until it was read. */
export function NotSaved() {
  const why = notSaved.value
  if (!why) return null
  const full = why === 'StorageFull'
  return (
    <div role="alert">
      <Banner tone="fail" icon="st-lost" title={t(full ? 'notSaved' : 'notKept')}>
        {t(full ? 'notSavedText' : 'notKeptText')}{' '}
        <button
          type="button"
          class="btn btn-text"
          onClick={() => {
            notSaved.value = null
          }}
        >
          {t('close')}
        </button>
      </Banner>
    </div>
  )
}
