import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import './Evidence.css'
import type { About } from './Facts.tsx'
import { laidOut, letterSize, watermarkWords } from './watermark.ts'

/** The smallest letters on a screen, in parts of the text size a person chose. */
const LEAST = 0.6875

/** How many of the picture's pixels one of the screen is: letters must not shrink with a small picture for ever. */
function useScale(width: number) {
  const place = useRef<SVGSVGElement>(null)
  const [least, setLeast] = useState(0)
  useLayoutEffect(() => {
    const svg = place.current
    if (!svg || typeof ResizeObserver !== 'function') return
    const watch = new ResizeObserver(() => {
      const scale = svg.getScreenCTM()?.a
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
      if (scale) setLeast((LEAST * rem) / scale)
    })
    watch.observe(svg)
    return () => watch.disconnect()
  }, [width])
  return { place, least }
}

/**
 * Time, place and people over the lower edge of a picture, drawn from its record when it is looked at: the picture stays
 * as it was taken. It fills a box in which the picture is shown whole (`object-fit: contain`).
 */
export function Watermark(about: About) {
  const { width, height } = about.photo
  const { place, least } = useScale(width)
  const words = watermarkWords(about)
  const { band, size, lines } = laidOut(words, width, height, Math.max(letterSize(width, height), least))
  return (
    <svg class="ev-mark" ref={place} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words.join(' · ')}>
      <rect class="ev-mark-band" x={0} y={band.y} width={width} height={band.height} />
      {lines.map(({ text, x, y, strong }) => (
        <text class={strong ? 'ev-mark-time' : undefined} x={x} y={y} font-size={size} key={y}>
          {text}
        </text>
      ))}
    </svg>
  )
}
