import { useEffect, useRef, useState } from 'preact/hooks'
import type { Position } from '../contract/records.ts'
import { type Place, PlaceWatch } from './place.ts'

export interface Placing extends Place {
  /** What a photo taken now says. */
  now: () => Position | null
  /** Asks the person, by way of the browser. */
  ask: () => void
}

/** Where the phone is, while the camera is open and the app is looked at. */
export function usePlace(): Placing {
  const [place, show] = useState<Place>({ whether: 'looking', fix: null })
  const watch = useRef<PlaceWatch | null>(null)
  useEffect(() => {
    const end = () => watch.current?.end()
    const begin = () => {
      end()
      if (document.visibilityState !== 'visible') return
      watch.current = new PlaceWatch(show)
      void watch.current.begin()
    }
    begin()
    document.addEventListener('visibilitychange', begin)
    return () => {
      document.removeEventListener('visibilitychange', begin)
      end()
    }
  }, [])
  return { ...place, now: () => watch.current?.fix ?? null, ask: () => watch.current?.look() }
}
