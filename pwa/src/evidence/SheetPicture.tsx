import { useEffect, useState } from 'preact/hooks'
import type { Mark } from '../contract/records.ts'
import type { Row } from '../core/rows.ts'
import { useStored } from '../database/live.ts'
import { MarkLayer } from '../markup/MarkLayer.tsx'
import { coveredPart, photoUrl } from '../photos/queries.ts'
import { say } from './say.ts'
import type { Arrival } from './useArrivals.ts'

/** An address of the picture as large as paper needs it; null where there is none. */
async function paperUrl(photo: Row<'photo'>): Promise<string | null> {
  if (photo.erased_at) return null
  return (await photoUrl(photo, 'full'))?.replace('?size=full', '?size=screen') ?? null
}

interface Props {
  photo: Row<'photo'>
  what: string
  onSettled: (arrival: Arrival) => void
}

/** One picture on paper, whole, with what was drawn over it; what is covered stays covered for everybody. */
export function SheetPicture({ photo, what, onSettled }: Props) {
  const { id, stored_at, preview_at, erased_at } = photo
  const url = useStored(() => paperUrl(photo), [id, stored_at, preview_at, erased_at, coveredPart(photo)])
  const [broken, setBroken] = useState(false)
  const [again, setAgain] = useState(0)
  useEffect(() => {
    if (url === null) onSettled('none')
  }, [url])
  const marks: readonly Mark[] = photo.markup ?? []
  if (url === null) return <p class="proof-none">{photo.erased_at ? say('pictureErased') : say('pictureNone')}</p>
  if (broken) {
    return (
      <p class="proof-none">
        {say('pictureBroken')}
        <button
          type="button"
          class="btn btn-line btn-s"
          onClick={() => {
            setBroken(false)
            setAgain(again + 1)
          }}
        >
          {say('pictureAgain')}
        </button>
      </p>
    )
  }
  return (
    <div class="proof-pic" style={{ '--w': photo.width, '--h': photo.height }}>
      {url && (
        <img
          src={url}
          alt={what}
          width={photo.width}
          height={photo.height}
          onLoad={() => onSettled('drawn')}
          onError={() => {
            setBroken(true)
            onSettled('broken')
          }}
          key={again}
        />
      )}
      {marks.length > 0 && <MarkLayer marks={marks} width={photo.width} height={photo.height} />}
    </div>
  )
}
