import { useEffect, useState } from 'preact/hooks'
import { type ShownPhoto, usePhotoUrl } from '../photos/Strip.tsx'

/** What became of an address so far, and how often it was asked for anew. */
interface Tried {
  drawn: boolean
  turn: number
}

/** One of the pictures that lie on one another. */
export interface Layer {
  url: string
  /** Another one with each turn: only a new picture asks for an address again. */
  key: string
  drawn: boolean
  failed: boolean
}

export interface Pictured {
  /** The preview first, the full picture over it. */
  layers: readonly Layer[]
  /** What could not be fetched: nothing of it, or all but the preview. */
  missing: 'all' | 'full' | null
  tell: (url: string, drawn: boolean) => void
  /** Asks again for what failed. It counts as failed until it is drawn, so that nothing flickers meanwhile. */
  again: () => void
}

const nextTurn = (all: ReadonlyMap<string, Tried>) =>
  new Map([...all].map(([url, { drawn, turn }]) => [url, { drawn, turn: drawn ? turn : turn + 1 }]))

/** The addresses of a photo with what became of them; what failed is asked for again when the network is back. */
export function usePicture(shown: ShownPhoto): Pictured {
  const preview = usePhotoUrl(shown, 'preview')
  const full = usePhotoUrl(shown, 'full')
  const [tried, set] = useState<ReadonlyMap<string, Tried>>(new Map())
  const again = () => set(nextTurn)
  useEffect(() => {
    addEventListener('online', again)
    return () => removeEventListener('online', again)
  }, [])
  const urls = [...new Set([preview, full].filter((url) => url !== null))]
  const layers = urls.map((url) => {
    const one = tried.get(url)
    return { url, key: `${url} ${one?.turn ?? 0}`, drawn: one?.drawn === true, failed: one?.drawn === false }
  })
  const missing = layers.at(-1)?.failed ? (layers.every(({ failed }) => failed) ? 'all' : 'full') : null
  const tell = (url: string, drawn: boolean) =>
    set((before) => new Map(before).set(url, { drawn, turn: before.get(url)?.turn ?? 0 }))
  return { layers, missing, tell, again }
}
