import { useCallback, useEffect, useState } from 'preact/hooks'
import { type Budget, storageBudget } from '../database/budget.ts'

/** The room left on this phone, and a way to look again; undefined until it is known, null where nothing tells. */
export function useRoom(): [Budget | null | undefined, () => void] {
  const [room, setRoom] = useState<Budget | null>()
  const look = useCallback(() => {
    storageBudget().then(setRoom, () => setRoom(null))
  }, [])
  useEffect(() => {
    look()
    // files may have been deleted meanwhile
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return [room, look]
}
