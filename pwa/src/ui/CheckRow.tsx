import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { points } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import './CheckRow.css'
import { Icon } from './Icon.tsx'
import { StateWord } from './StateWord.tsx'
import { useSwipe } from './swipe.ts'

export type Judgement = 'pass' | 'fail' | 'na' | 'todo'

export interface CheckRowProps {
  text: string
  result: Judgement
  /** What the check asks to be shown as proof. */
  wantsPhoto: boolean
  /** Tenths this check's rule costs; null where it costs none. */
  lost: number | null
  veto: boolean
  /** How many of the last inspections here failed this check, this one included. */
  times: number
  photos: number
  /** Two people judged it differently. */
  clash: boolean
  locked: boolean
  open: boolean
  reason?: string | undefined
  /** Resolves once the answer is on disk. */
  onJudge: (result: Judgement) => Promise<unknown> | undefined
  onNotApplicable: () => void
  onOpen: () => void
  /** What the row opens to: count, photos, further choices. */
  children?: ComponentChildren
}

/** What is on disk is drawn within this time, or another's word stands above it. */
const DRAWN_BY = 1000

/**
 * The answer that was tapped and is being written; the row keeps showing what it had until that is on disk.
 * A signal, so that it stands on the button before the tap is over, and nothing is drawn anew for it.
 */
function useWriting({ result, onJudge }: Pick<CheckRowProps, 'result' | 'onJudge'>) {
  const writing = useSignal<Judgement | null>(null)
  if (writing.peek() === result) writing.value = null
  const judge = (to: Judgement) => {
    // A change of mind counts against what was tapped last, though the row still shows what was there before.
    if (to === (writing.peek() ?? result)) return
    const done = onJudge(to)
    if (!done) return
    const over = () => {
      if (writing.peek() === to) writing.value = null
    }
    writing.value = to
    void done.then(
      () => setTimeout(over, DRAWN_BY),
      (problem: unknown) => {
        over()
        throw problem // NotSaved tells it: nobody here may keep it silent
      },
    )
  }
  return { judge, writing }
}

interface JudgeProps extends Pick<CheckRowProps, 'text' | 'result' | 'locked'> {
  writing: ReadonlySignal<Judgement | null>
  onJudge: (result: Judgement) => void
}

/** The pair of answers, pass at the thumb. Nothing is preselected. */
export function Judge({ text, result, locked, writing, onJudge }: JudgeProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot lie in a flex row
    <div class="judge" role="group" aria-label={text}>
      <button
        type="button"
        class="j-fail"
        aria-pressed={result === 'fail'}
        aria-busy={useComputed(() => writing.value === 'fail')}
        disabled={locked}
        onClick={() => onJudge('fail')}
      >
        <Icon name="cross" />
        {t('fail')}
      </button>
      <button
        type="button"
        class="j-pass"
        aria-pressed={result === 'pass'}
        aria-busy={useComputed(() => writing.value === 'pass')}
        disabled={locked}
        onClick={() => onJudge('pass')}
      >
        <Icon name="check" />
        {t('pass')}
      </button>
    </div>
  )
}

function verdictWord({ result, lost, veto }: CheckRowProps): string | null {
  if (result !== 'fail') return null
  if (veto) return t('vetoed')
  return lost ? t('lostPoints', { points: points(lost) }) : t('failNoPoints')
}

/** What the row does not show in words: how it was judged, its photos, and that it opens. */
export function checkMore(props: CheckRowProps): string {
  const { result, photos } = props
  const parts = ['']
  if (result === 'pass') parts.push(t('pass'))
  if (result === 'todo') parts.push(t('notJudged'))
  if (result === 'fail' && photos > 0) parts.push(t('photoCount', { n: photos }))
  parts.push(t('openRow'))
  return parts.join(t('comma'))
}

function Facts(props: CheckRowProps) {
  const { result, wantsPhoto, photos, times, clash, reason } = props
  const word = verdictWord(props)
  return (
    <span class="check-s">
      {word && <b class="n">{word}</b>}
      {result === 'na' && <span class="check-na">{t('naBecause', { reason: reason || t('naNoReason') })}</span>}
      {wantsPhoto && photos === 0 && result !== 'na' && (
        <span>
          <Icon name="camera" />
          {result === 'fail' ? t('photoWanted') : t('photoHint')}
        </span>
      )}
      {photos > 0 && result !== 'fail' && (
        <span class="n">
          <Icon name="photo" />
          {t('photoCount', { n: photos })}
        </span>
      )}
      {result === 'fail' && times > 1 && (
        <span class="n">
          <Icon name="repeat" />
          {t('timesHere', { n: times })}
        </span>
      )}
      {clash && <StateWord state="clash" />}
    </span>
  )
}

export function CheckRow(props: CheckRowProps) {
  const { text, result, locked, open, onNotApplicable, onOpen, children } = props
  const { judge, writing } = useWriting(props)
  const swipes = !locked && result !== 'na'
  const row = useSwipe({ enabled: swipes, onPass: () => judge('pass'), reveal: 152 })
  return (
    <li class={swipes ? 'swipe' : undefined}>
      {swipes && (
        <>
          <div class="swipe-u swipe-pass" aria-hidden="true">
            <Icon name="check" />
            {t('pass')}
          </div>
          <div class="swipe-u swipe-more" aria-hidden="true">
            <button type="button" tabIndex={-1} class="sw-na" onClick={onNotApplicable}>
              <Icon name="na" />
              {t('notApplicable')}
            </button>
            <button type="button" tabIndex={-1} class="sw-fail" onClick={() => judge('fail')}>
              <Icon name="cross" />
              {t('fail')}
            </button>
          </div>
        </>
      )}
      <div class={`check is-${result} swipe-o`} ref={row}>
        <div class="check-main">
          <button type="button" class="check-text" aria-expanded={open} onClick={onOpen}>
            <span class="check-t">{text}</span>
            <Facts {...props} />
            <span class="vh">{checkMore(props)}</span>
          </button>
          {result === 'na' ? (
            <button type="button" class="btn btn-line btn-undo" disabled={locked} onClick={() => judge('todo')}>
              <Icon name="undo" />
              {t('changeBack')}
            </button>
          ) : (
            <Judge text={text} result={result} locked={locked} writing={writing} onJudge={judge} />
          )}
        </div>
        {open && <div class="check-more">{children}</div>}
      </div>
    </li>
  )
}
