import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import './Sheet.css'
import { useStep } from './step.ts'

interface Props {
  /** The question. */
  title: string
  onClose: () => void
  children: ComponentChildren
}

/** A question over the screen. The phone's back key closes it; focus returns to where it was. */
export function Sheet({ title, onClose, children }: Props) {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const head = useRef<HTMLHeadingElement>(null)
  useStep(onClose)
  useEffect(() => {
    const before = document.activeElement
    const shown = dialog.current
    shown?.showModal()
    // not the first field: on a phone the keyboard would cover the question
    head.current?.focus()
    return () => {
      // while it is open the rest of the page takes no focus
      shown?.close()
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      class="sheet"
      ref={dialog}
      aria-labelledby={id}
      onCancel={(e) => {
        e.preventDefault()
        onClose()
      }}
      onClick={(e) => {
        if (e.target === dialog.current) onClose()
      }}
    >
      <i class="sheet-grip" />
      <h2 class="sheet-t" id={id} tabIndex={-1} ref={head}>
        {title}
      </h2>
      {children}
    </dialog>
  )
}
