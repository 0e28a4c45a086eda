import './Ruler.css'

export interface Mark {
  /** Tenths of a point. */
  at: number
  name: string
}

interface Props {
  total: number
  max: number
  marks: readonly Mark[]
  label: string
  /** Without figures: docks and rows. */
  small?: boolean
}

/** Where the ruler begins: at three quarters, or a quarter lower for each quarter the total has lost. */
export function rulerStart(total: number, max: number): number {
  const quarter = max / 4
  return Math.min(3, Math.max(0, Math.ceil(total / quarter) - 1)) * quarter
}

/** 分数尺: ink is held, hatch is lost, notches are the marks. */
export function Ruler({ total, max, marks, label, small }: Props) {
  const low = rulerStart(total, max)
  const share = (at: number) => `${((at - low) / (max - low)) * 100}%`
  const shown = marks.filter((mark) => mark.at > low && mark.at <= max)
  return (
    <span class={small ? 'ruler ruler--s' : 'ruler'} role="img" aria-label={label}>
      <span class="ruler-track">
        <i class="ruler-have" style={{ width: share(Math.max(total, low)) }} />
      </span>
      {shown.map((mark) => (
        <span class="ruler-mark" style={{ left: share(mark.at) }} key={mark.at}>
          {!small && (
            <span>
              {mark.at / 10}
              <em> {mark.name}</em>
            </span>
          )}
        </span>
      ))}
      {!small && <span class="ruler-end ruler-end--low">{low / 10}</span>}
      {!small && <span class="ruler-end ruler-end--high">{max / 10}</span>}
    </span>
  )
}
