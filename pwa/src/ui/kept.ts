import { useEffect, useRef, useState } from 'preact/hooks'

const PAUSE = 700

/** Keeps what is typed after a pause, when the field is left, and when the page goes away. `keys`: where it is kept. */
export function useKept(kept: string, keep: (words: string | null) => unknown, keys: readonly unknown[]) {
  const [text, setText] = useState(kept)
  const typed = useRef<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>()
  function save() {
    clearTimeout(timer.current)
    const words = typed.current
    typed.current = null
    if (words !== null) void keep(words.trim() || null)
  }
  useEffect(() => {
    if (typed.current === null) setText(kept)
  }, [kept])
  useEffect(() => {
    const onHide = () => save()
    addEventListener('pagehide', onHide)
    document.addEventListener('visibilitychange', onHide)
    return () => {
      removeEventListener('pagehide', onHide)
      document.removeEventListener('visibilitychange', onHide)
      save()
    }
  }, keys)
  function write(words: string) {
    setText(words)
    typed.current = words
    clearTimeout(timer.current)
    timer.current = setTimeout(save, PAUSE)
  }
  return { text, write, save }
}
