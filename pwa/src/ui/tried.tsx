import { useState } from 'preact/hooks'
import { t } from '../texts/index.ts'
import { Banner } from './Notice.tsx'
import { useOnce } from './once.ts'

/** Why the disk did not take what was done: what is said, and what helps. */
export function unkeptWords(why: unknown): { title: string; text: string } {
  return why instanceof Error && why.name === 'StorageFull'
    ? { title: t('notSaved'), text: t('notSavedText') }
    : { title: t('notKept'), text: t('notKeptText') }
}

/**
 * Runs an act once a tap, and has in hand why the last one failed; null when it did not. For what is done in a dialog:
 * the page's own alarm would lie unseen below it.
 */
export function useTried<About extends unknown[]>(
  act: (...about: About) => Promise<unknown>,
): [run: (...about: About) => void, why: unknown] {
  const [why, fail] = useState<unknown>(null)
  const run = useOnce(async (...about: About) => {
    fail(null)
    try {
      await act(...about)
    } catch (problem) {
      console.warn('a tap was not saved', problem)
      fail(problem)
    }
  })
  return [run, why]
}

/** Says where it was tapped that it was not kept. */
export function Unkept({ why }: { why: unknown }) {
  const { title, text } = unkeptWords(why)
  return (
    <div class="unkept" role="alert">
      {why !== null && (
        <Banner tone="fail" icon="st-lost" title={title}>
          <p class="small">{text}</p>
        </Banner>
      )}
    </div>
  )
}
