import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { t } from '../texts/index.ts'
import { Icon } from './Icon.tsx'
import { useModal } from './modal.ts'
import './PhotoViewer.css'
import { useStep } from './step.ts'

interface Props {
  url: string | null
  /** What it shows and when it was taken. */
  title: string
  line: string
  onClose: () => void
  onPrevious?: (() => void) | undefined
  onNext?: (() => void) | undefined
  /** What may be done with the photo. */
  children?: ComponentChildren
}

/** One photo, as large as the screen; dark in every theme. */
export function PhotoViewer({ url, title, line, onClose, onPrevious, onNext, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useStep(onClose)
  useModal(dialog)
  return (
    <dialog
      class="viewer"
      data-theme="dark"
      ref={dialog}
      aria-label={title}
      onCancel={(e) => {
        e.preventDefault()
        onClose()
      }}
    >
      <header class="viewer-top">
        <button type="button" class="icon-b" aria-label={t('close')} onClick={onClose}>
          <Icon name="cross" />
        </button>
        <div class="grow">
          <p class="row-t">{title}</p>
          <p class="small dim n">{line}</p>
        </div>
      </header>
      <div class="viewer-stage">{url ? <img src={url} alt={title} /> : <p class="dim">{t('photoNotHere')}</p>}</div>
      <footer class="viewer-foot">
        {onPrevious && (
          <button type="button" class="icon-b" aria-label={t('previous')} onClick={onPrevious}>
            <Icon name="back" />
          </button>
        )}
        <span class="grow mid">{children}</span>
        {onNext && (
          <button type="button" class="icon-b" aria-label={t('next')} onClick={onNext}>
            <Icon name="next" />
          </button>
        )}
      </footer>
    </dialog>
  )
}
