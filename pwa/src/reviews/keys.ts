import { useEffect } from 'preact/hooks'

/** Keys of the desk; off while somebody types, or while a sheet is open. */
export function useKeys(keys: Readonly<Record<string, () => void>>, depends: readonly unknown[]): void {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const typing = e.target instanceof HTMLInputElement || e.target instanceof HTMLTextAreaElement
      if (typing || e.ctrlKey || e.metaKey || e.altKey || document.querySelector('dialog[open]')) return
      const run = keys[e.key.toLowerCase()]
      if (!run) return
      e.preventDefault()
      run()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, depends)
}
