import { useRef } from 'preact/hooks'
import { t } from '../texts/index.ts'
import './ConflictCards.css'
import { Icon } from './Icon.tsx'

/** One of the values between which somebody must choose. */
export interface Opinion {
  key: string
  /** 扣 1.0 分, 合格. */
  verdict: string
  failed: boolean
  who: string
  time: string
  note: string | null
  photo: string | null
  /** 2 张照片. */
  facts: string | null
  /** The total if this one is picked. */
  total: string | null
  /** The person may not pick their own. */
  barred: boolean
}

interface Props {
  opinions: readonly Opinion[]
  chosen: string | null
  onChoose: (key: string) => void
}

function label(opinion: Opinion): string {
  const { who, time, verdict, facts, note, total } = opinion
  const parts = [who, time, verdict, facts, note, total && t('pickIt', { points: total })]
  return parts.filter(Boolean).join(t('comma'))
}

function Foot({ opinion, on }: { opinion: Opinion; on: boolean }) {
  const words = opinion.total
    ? on
      ? t('pickedIt', { points: opinion.total })
      : t('pickIt', { points: opinion.total })
    : on
      ? t('picked')
      : t('pick')
  return (
    <span class="side-sum n">
      {on ? <Icon name="ok-circle" /> : <i class="radio" />}
      <span>{opinion.barred ? t('ownOpinion') : words}</span>
    </span>
  )
}

/** Equal cards side by side; nothing is preselected. Arrow keys move, as in every group of choices. */
export function ConflictCards({ opinions, chosen, onChoose }: Props) {
  const group = useRef<HTMLDivElement>(null)
  const pictured = opinions.some(({ photo }) => photo !== null)

  function move(step: number, from: number) {
    const next = (from + step + opinions.length) % opinions.length
    const opinion = opinions[next]
    group.current?.querySelectorAll<HTMLElement>('[role="radio"]')[next]?.focus()
    if (opinion && !opinion.barred) onChoose(opinion.key)
  }

  return (
    <div class="duel" role="radiogroup" aria-label={t('clashGroup')} ref={group}>
      {opinions.map((opinion, i) => (
        // biome-ignore lint/a11y/useSemanticElements: a card with a picture is no input
        <button
          type="button"
          class="side"
          role="radio"
          key={opinion.key}
          aria-checked={opinion.key === chosen}
          aria-disabled={opinion.barred}
          aria-label={label(opinion)}
          tabIndex={opinion.key === chosen || (chosen === null && i === 0) ? 0 : -1}
          onClick={() => !opinion.barred && onChoose(opinion.key)}
          onKeyDown={(e) => {
            if (e.key === 'ArrowRight' || e.key === 'ArrowDown') move(1, i)
            if (e.key === 'ArrowLeft' || e.key === 'ArrowUp') move(-1, i)
          }}
        >
          {pictured && (
            <span class="side-ph">
              {opinion.photo ? <img src={opinion.photo} alt="" /> : <Icon name="photo" />}
              <span class="side-time n">{opinion.time}</span>
            </span>
          )}
          <span class={opinion.failed ? 'side-v c-fail' : 'side-v'}>
            <Icon name={opinion.failed ? 'cross' : 'check'} />
            {opinion.verdict}
          </span>
          <span class="side-who">
            {opinion.who}
            {!pictured && <span class="dim n"> · {opinion.time}</span>}
          </span>
          <span class="side-note">{opinion.note}</span>
          {opinion.facts && <span class="side-f n">{opinion.facts}</span>}
          <Foot opinion={opinion} on={opinion.key === chosen} />
        </button>
      ))}
    </div>
  )
}
