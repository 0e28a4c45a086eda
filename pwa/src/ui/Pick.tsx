import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'

export interface PickProps {
  class: string
  /** Straight to the phone's camera; without it the phone offers its gallery. */
  camera?: boolean
  disabled?: boolean
  /** Asked before anything opens; false: nothing does. */
  ready?: () => Promise<boolean>
  onFile: (file: Blob) => void
  /** Nothing was chosen. */
  onNothing?: () => void
  children: ComponentChildren
}

/** A button that opens the phone's camera or gallery. */
export function Pick({ camera, disabled, ready, onFile, onNothing, children, ...look }: PickProps) {
  const input = useRef<HTMLInputElement>(null)
  const open = async () => {
    if (!ready || (await ready())) input.current?.click()
  }
  return (
    <>
      <button type="button" class={look.class} disabled={disabled} onClick={() => void open()}>
        {children}
      </button>
      <input
        ref={input}
        class="vh"
        type="file"
        accept="image/*"
        {...(camera && { capture: 'environment' as const })}
        tabIndex={-1}
        aria-hidden="true"
        onCancel={(e) => {
          // a dialog around it would take it for its own
          e.stopPropagation()
          onNothing?.()
        }}
        onChange={(e) => {
          const file = e.currentTarget.files?.[0]
          if (file) onFile(file)
          e.currentTarget.value = ''
        }}
      />
    </>
  )
}
