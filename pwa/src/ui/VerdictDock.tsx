import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { points, wholePoints } from '../texts/format.ts'
import { t } from '../texts/index.ts'
import './Dock.css'
import { Icon } from './Icon.tsx'
import { type Line, marginWords, nearestLine, verdictSentence } from './margins.ts'
import { ToastPlace } from './Notice.tsx'
import { Ruler } from './Ruler.tsx'

interface VerdictProps {
  total: number
  max: number
  lines: readonly Line[]
  /** The veto checks that failed, in words. */
  vetoes: readonly string[]
}

/** What stands at the bottom of a screen: toasts above, the dock or the tabs below. */
export function Bottom({ children }: { children: ComponentChildren }) {
  return (
    <div class="bottom">
      <ToastPlace />
      {children}
    </div>
  )
}

export function Dock({ children }: { children: ComponentChildren }) {
  return (
    <section class="dock" aria-label={t('dockLabel')}>
      {children}
    </section>
  )
}

/** Says a sentence to readers of the screen at most once a second, the last one always. */
function useCalm(sentence: string): string {
  const [said, say] = useState('')
  const last = useRef(0)
  useEffect(() => {
    const wait = Math.max(0, last.current + 1000 - Date.now())
    const timer = setTimeout(() => {
      last.current = Date.now()
      say(sentence)
    }, wait)
    return () => clearTimeout(timer)
  }, [sentence])
  return said
}

export function LineWords({ line }: { line: Line }) {
  const { words, missed } = marginWords(line.margin)
  return (
    <>
      {line.name} {wholePoints(line.at)} <b class={missed ? 'c-fail' : undefined}>{words}</b>
    </>
  )
}

/** The live verdict: total, ruler, one line for each mark, and the vetoes. */
export function DockVerdict({ total, max, lines, vetoes }: VerdictProps) {
  const sentence = verdictSentence(total, lines, vetoes.length)
  const said = useCalm(sentence)
  const near = nearestLine(lines)
  return (
    <div class="dock-v">
      <span class={total >= 1000 ? 'dock-n dock-n--wide n' : 'dock-n n'} aria-hidden="true">
        {points(total)}
      </span>
      <span>
        <Ruler small total={total} max={max} marks={lines} label={sentence} />
        <span class="dock-w n">
          {lines.map((line) => (
            <span class={line === near ? undefined : 'far'} key={line.name}>
              <LineWords line={line} />
            </span>
          ))}
        </span>
      </span>
      {vetoes.length > 0 && (
        <p class="dock-veto c-fail">
          <Icon name="veto" />
          {t('vetoLine', { what: vetoes.join(t('listComma')) })}
        </p>
      )}
      <span class="vh" aria-live="polite">
        {said}
      </span>
    </div>
  )
}
