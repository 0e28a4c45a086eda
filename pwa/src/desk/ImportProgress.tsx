import type { ImportBody } from './rows.ts'
import { say } from './say.ts'
import { importStates } from './words.ts'

/** How far the server is, as it tells; before it has told anything, that the file is on its way. */
export function Progress({ body }: { body: ImportBody | null }) {
  const known = body !== null && body.all > 0
  const words = known ? say('rowsDone', { done: body.done, all: body.all }) : say('sending')
  return (
    <div class="far">
      <p class="small n" role="status">
        {body && `${importStates()[body.state]} · `}
        {words}
      </p>
      <progress aria-label={words} {...(known && { max: body.all, value: body.done })} />
    </div>
  )
}
