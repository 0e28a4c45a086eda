import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { type ShownPhoto, usePhotoUrl } from '../photos/Strip.tsx'
import { t } from '../texts/index.ts'
import { say } from './say.ts'

interface Props {
  shown: ShownPhoto
  /** What it shows, in words. */
  what: string
  /** What lies over it. */
  children?: ComponentChildren
}

/** A photo filling its box: the preview first, the full picture over it once it can be drawn. */
export function Picture({ shown, what, children }: Props) {
  const preview = usePhotoUrl(shown, 'preview')
  const full = usePhotoUrl(shown, 'full')
  const [drawn, setDrawn] = useState<ReadonlySet<string>>(new Set())
  const [broken, setBroken] = useState<ReadonlySet<string>>(new Set())
  const urls = [...new Set([preview, full].filter((url) => url !== null))].filter((url) => !broken.has(url))
  const top = urls.filter((url) => drawn.has(url)).at(-1) ?? urls[0]
  if (urls.length === 0) {
    // both addresses are asked for at once; a word that is gone in the next frame would only flicker
    return <p class="pic-none late">{broken.size > 0 ? say('notReached') : t('photoNotHere')}</p>
  }
  return (
    <>
      {urls.map((url) => (
        <img
          class={drawn.has(url) ? 'pic-l' : 'pic-l is-late'}
          src={url}
          alt={url === top ? what : ''}
          draggable={false}
          onLoad={() => setDrawn((before) => new Set(before).add(url))}
          onError={() => setBroken((before) => new Set(before).add(url))}
          key={url}
        />
      ))}
      {children}
    </>
  )
}
