import { effect, signal } from '@preact/signals'
import { chooseLanguage, type Language, language } from '../texts/index.ts'

export type Theme = 'auto' | 'light' | 'dark' | 'sun'
export type TextSize = '100' | '125' | '150' | '200'

/** Kept apart from all work: it belongs to the phone, not to a person, and holds before sign-in too. */
const KEY = 'xunfang.face'

interface Kept {
  theme?: Theme
  text?: TextSize
  language?: Language
}

function kept(): Kept {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Kept
  } catch {
    return {}
  }
}

const start = kept()
export const theme = signal<Theme>(start.theme ?? 'auto')
export const textSize = signal<TextSize>(start.text ?? '100')

const BAR: Record<'light' | 'dark' | 'sun', string> = { light: '#f1f3ef', dark: '#0d1210', sun: '#ffffff' }

/** Puts the look on the page and keeps it. `public/face.js` does the first part before the first paint. */
export function wearFace(): void {
  if (start.language === 'en') void chooseLanguage('en')
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const paintBar = () => {
    const worn = theme.value === 'auto' ? (dark.matches ? 'dark' : 'light') : theme.value
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', BAR[worn])
  }
  dark.addEventListener('change', paintBar)
  effect(() => {
    const root = document.documentElement
    if (theme.value === 'auto') delete root.dataset['theme']
    else root.dataset['theme'] = theme.value
    root.dataset['text'] = textSize.value
    paintBar()
  })
  effect(() => {
    document.documentElement.lang = language.value === 'en' ? 'en' : 'zh-CN'
  })
}

export function keepFace(): void {
  const face: Kept = { text: textSize.value, language: language.value }
  if (theme.value !== 'auto') face.theme = theme.value
  try {
    localStorage.setItem(KEY, JSON.stringify(face))
  } catch {
    // without storage the look lasts until the page is closed
  }
}
