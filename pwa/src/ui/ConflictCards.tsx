import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
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
  /** Draws the picture. */
  photo: ComponentChildren
  /** Opens the picture, as large as the screen; left out where there is none. */
  onPhoto?: (() => void) | undefined
  /** What that button is called. */
  photoWord: string
  /** 2 张照片. */
  facts: string | null
  /** The total if this one is picked. */
  total: string | null
  /** The person may not pick it: their own, or none of their business. */
  barred: boolean
  /** Why not. */
  barredWord: string
}

interface Props {
  opinions: readonly Opinion[]
  chosen: string | null
  onChoose: (key: string) => void
}

function label(opinion: Opinion): string {
  const { who, time, verdict, facts, note, total, barred, barredWord } = opinion
  const parts = [who, time, verdict, facts, note, barred ? barredWord : total && t('pickIt', { points: total })]
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
      <span>{opinion.barred ? opinion.barredWord : words}</span>
    </span>
  )
}

/** The picture above a card, which opens it large; a place of the same size where there is none. */
function Picture({ opinion }: { opinion: Opinion }) {
  const { photo, time, onPhoto, photoWord } = opinion
  const inside = (
    <>
      {photo ?? <Icon name="photo" />}
      <span class="side-time n">{time}</span>
    </>
  )
  if (!onPhoto) return <span class="side-ph">{inside}</span>
  return (
    <button type="button" class="side-ph" aria-label={photoWord} onClick={onPhoto}>
      {inside}
    </button>
  )
}

/** Equal cards side by side; nothing is preselected. Arrow keys move, as in every group of choices. */
export function ConflictCards({ opinions, chosen, onChoose }: Props) {
  const name = useId()
  const pictured = opinions.some(({ photo }) => photo !== null)
  return (
    <fieldset class="duel" aria-label={t('clashGroup')}>
      {opinions.map((opinion) => (
        <div class={opinion.key === chosen ? 'side is-on' : 'side'} key={opinion.key}>
          {pictured && <Picture opinion={opinion} />}
          <label class={opinion.barred ? 'side-b is-barred' : 'side-b'}>
            <input
              type="radio"
              name={name}
              aria-label={label(opinion)}
              checked={opinion.key === chosen}
              disabled={opinion.barred}
              onChange={() => onChoose(opinion.key)}
            />
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
          </label>
        </div>
      ))}
    </fieldset>
  )
}
