import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

/** Opens a dialog over the page for as long as it is drawn; then focus returns to where it was. */
export function useModal(dialog: RefObject<HTMLDialogElement>): void {
  useEffect(() => {
    const before = document.activeElement
    const shown = dialog.current
    shown?.showModal()
    return () => {
      // while it is open the rest of the page takes no focus
      shown?.close()
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [])
}
