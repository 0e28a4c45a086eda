import type { ComponentChildren } from 'preact'
import type { ShownPhoto } from '../photos/Strip.tsx'
import { t } from '../texts/index.ts'
import '../ui/Button.css'
import { say } from './say.ts'
import { type Pictured, usePicture } from './usePicture.ts'

interface LayersProps {
  pictured: Pictured
  /** What it shows, in words. */
  what: string
  /** What lies over it. */
  children?: ComponentChildren
}

/** A photo filling its box: the preview first, the full picture over it once it can be drawn. */
export function Layers({ pictured, what, children }: LayersProps) {
  const { layers, missing, tell } = pictured
  const top = layers.filter(({ drawn }) => drawn).at(-1) ?? layers.find(({ failed }) => !failed)
  if (layers.length === 0) {
    // both addresses are asked for at once; a word that is gone in the next frame would only flicker
    return <p class="pic-none late">{t('photoNotHere')}</p>
  }
  return (
    <>
      {layers.map(({ url, key, drawn }) => (
        <img
          class={drawn ? 'pic-l' : 'pic-l is-late'}
          src={url}
          alt={url === top?.url ? what : ''}
          draggable={false}
          onLoad={() => tell(url, true)}
          onError={() => tell(url, false)}
          key={key}
        />
      ))}
      {missing !== 'all' && children}
    </>
  )
}

/** Says over the picture what of it could not be fetched, with a way to ask again; nothing moves for it. */
export function Missing({ pictured: { missing, again } }: { pictured: Pictured }) {
  return (
    <div class={missing === 'all' ? 'pic-miss is-all' : 'pic-miss'} role="status">
      {missing && (
        <>
          <p class="small">{say(missing === 'all' ? 'notReached' : 'onlyPreview')}</p>
          <button
            type="button"
            class="btn btn-line"
            onClick={again}
            // a press on it moves nothing below it
            onPointerDown={(event) => event.stopPropagation()}
          >
            {say('tryAgain')}
          </button>
        </>
      )}
    </div>
  )
}

interface Props extends Omit<LayersProps, 'pictured'> {
  shown: ShownPhoto
}

/** A photo with what there is to say about it, where the one lies right over the other. */
export function Picture({ shown, what, children }: Props) {
  const pictured = usePicture(shown)
  return (
    <>
      <Layers pictured={pictured} what={what}>
        {children}
      </Layers>
      <Missing pictured={pictured} />
    </>
  )
}
