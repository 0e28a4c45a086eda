import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './Icon.tsx'
import './Notice.css'

interface BannerProps {
  tone?: 'warn' | 'fail' | 'clash'
  icon: IconName
  title: string
  children?: ComponentChildren
}

/** The state of the work; it stays as long as it is so. */
export function Banner({ tone, icon, title, children }: BannerProps) {
  return (
    <div class={tone ? `banner banner-${tone}` : 'banner'}>
      <Icon name={icon} />
      <div class="grow">
        <b>{title}</b>
        {children}
      </div>
    </div>
  )
}

interface Toast {
  text: string
  action?: { word: string; run: () => void }
}

const current = signal<Toast | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined

/** The result of a tap, for six seconds; never an error. */
export function toast(text: string, action?: Toast['action']): void {
  clearTimeout(timer)
  current.value = action ? { text, action } : { text }
  timer = setTimeout(() => {
    current.value = null
  }, 6000)
}

/** Every screen keeps one above its dock or tabs. */
export function ToastPlace() {
  const shown = current.value
  return (
    <div class="toast-place" role="status">
      {shown && (
        <div class="toast">
          <span class="grow">{shown.text}</span>
          {shown.action && (
            <button
              type="button"
              class="btn btn-text"
              onClick={() => {
                current.value = null
                shown.action?.run()
              }}
            >
              {shown.action.word}
            </button>
          )}
        </div>
      )}
    </div>
  )
}

interface EmptyProps {
  icon: IconName
  title: string
  children?: ComponentChildren
}

export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div class="card empty">
      <span class="empty-ic">
        <Icon name={icon} />
      </span>
      <b>{title}</b>
      {children}
    </div>
  )
}

/** Grey lines while the first download runs; only shown after 400 ms, so that nothing flickers. */
export function Skeleton({ label }: { label: string }) {
  return (
    <div class="card empty sk-late" aria-busy="true">
      <i class="sk sk-1" />
      <i class="sk sk-2" />
      <i class="sk sk-3" />
      <p class="small dim" role="status">
        {label}
      </p>
    </div>
  )
}
