import { Fragment } from 'preact'
import { useId, useRef } from 'preact/hooks'
import type { Mark } from '../contract/records.ts'
import './MarkLayer.css'
import { say } from './say.ts'
import { arrowOf, badgeOf, type Canvas, hasRoom, LOOK, numbersOf, type Point, plateOf, rectOf } from './shapes.ts'
import { remNow, useCanvas } from './useUnit.ts'
import { sentenceOf } from './words.ts'

interface ShapeProps {
  mark: Mark
  on: Canvas
}

const CASED = [
  { stroke: LOOK.casing, 'stroke-width': LOOK.casingThick },
  { stroke: LOOK.line, 'stroke-width': LOOK.thick },
] as const

function Circle({ mark, on, number }: ShapeProps & { number: number | undefined }) {
  const { x, y, w, h } = rectOf(mark, on)
  const at = badgeOf(mark, on)
  return (
    <>
      {CASED.map((look) => (
        <ellipse {...look} key={look.stroke} class="marks-line" cx={x + w / 2} cy={y + h / 2} rx={w / 2} ry={h / 2} />
      ))}
      {number !== undefined && (
        <>
          <rect x={at.x} y={at.y} width={at.w} height={at.h} rx={at.w / 4} fill={LOOK.line} />
          <text x={at.x + at.w / 2} y={at.y + at.h * 0.75} font-size={at.h * 0.7} text-anchor="middle" fill="#0f1412">
            {number}
          </text>
        </>
      )}
    </>
  )
}

const path = (points: readonly Point[]) => points.map(([x, y], index) => `${index ? 'L' : 'M'}${x} ${y}`).join('')

function Arrow({ mark, on }: ShapeProps) {
  const { shaft, head } = arrowOf(mark, on)
  const d = path(shaft) + path(head)
  return (
    <>
      {CASED.map((look) => (
        <path {...look} key={look.stroke} class="marks-line" d={d} />
      ))}
    </>
  )
}

function Words({ mark, on }: ShapeProps) {
  const plate = plateOf(mark, on, remNow())
  const { x, y, w, h, lines, font, step, pad } = plate
  return (
    <>
      <rect
        class="marks-line"
        x={x}
        y={y}
        width={w}
        height={h}
        rx={font * 0.35}
        style={{ fill: LOOK.plate }}
        stroke={LOOK.line}
        stroke-width="1.5"
      />
      <text font-size={font} fill={LOOK.words}>
        {lines.map((line, index) => (
          <tspan key={index} x={x + pad} y={y + pad / 2 + step * (index + 0.77)}>
            {line}
          </tspan>
        ))}
      </text>
    </>
  )
}

interface CoverProps extends ShapeProps {
  uncovered: boolean
  pattern: string
  text: string
}

/** A cover nobody can see through; for who may see what is under it, a dashed frame. */
function Cover({ mark, on, uncovered, pattern, text }: CoverProps) {
  const rect = rectOf(mark, on)
  const { x, y, w, h } = rect
  const box = { class: 'marks-line', x, y, width: w, height: h }
  if (uncovered)
    return (
      <>
        <rect {...box} stroke={LOOK.casing} stroke-width="4" />
        <rect {...box} stroke="#ffffff" stroke-width="2" stroke-dasharray="7 6" />
      </>
    )
  return (
    <>
      <rect {...box} style={{ fill: LOOK.cover }} />
      <rect {...box} stroke={LOOK.coverEdge} stroke-width="1.5" style={{ fill: `url(#${pattern})` }} />
      {hasRoom(rect, text, on.unit) && (
        <text x={x + w / 2} y={y + h / 2 + 5 * on.unit} font-size={14 * on.unit} text-anchor="middle" fill={LOOK.words}>
          {text}
        </text>
      )}
    </>
  )
}

interface Props {
  marks: readonly Mark[]
  /** The picture's, in its own pixels. */
  width: number
  height: number
  /** The word on a cover. */
  coverText?: string
  /** Whether what is covered shows, in a dashed frame. */
  uncovered?: boolean
  /** Where its marks are told one by one beside it, it says nothing itself. */
  silent?: boolean
}

/** What was drawn over a photo. Lies over the whole picture, also over one that is fitted into a larger box. */
export function MarkLayer({ marks, width, height, coverText, uncovered = false, silent = false }: Props) {
  const svg = useRef<SVGSVGElement>(null)
  const pattern = useId()
  const on = useCanvas(svg, width, height)
  const numbers = numbersOf(marks)
  const text = coverText ?? say('covered')
  const step = 9 * on.unit
  const told = silent || marks.length === 0
  return (
    <svg
      ref={svg}
      class="marks"
      viewBox={`0 0 ${width} ${height}`}
      role={told ? undefined : 'img'}
      aria-hidden={told ? true : undefined}
      aria-label={told ? undefined : say('layer', { what: sentenceOf(marks) })}
    >
      <pattern id={pattern} width={step} height={step} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width={step / 2} height={step} fill={LOOK.coverLine} />
      </pattern>
      {marks.map((mark, index) => (
        <Fragment key={index}>
          {mark.shape === 'circle' && <Circle mark={mark} on={on} number={numbers.get(mark)} />}
          {mark.shape === 'arrow' && <Arrow mark={mark} on={on} />}
          {mark.shape === 'text' && <Words mark={mark} on={on} />}
          {mark.shape === 'blur' && <Cover {...{ mark, on, uncovered, pattern, text }} />}
        </Fragment>
      ))}
    </svg>
  )
}
