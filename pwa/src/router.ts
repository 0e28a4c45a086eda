import { signal } from '@preact/signals'

const read = () => decodeURI(location.hash.slice(1)) || '/'

/** The present place: what stands behind `#`. */
export const path = signal(read())
/** Where the last step forward began. */
let from: string | null = null
let replacing = false
addEventListener('hashchange', () => {
  if (!replacing) from = path.value
  replacing = false
  path.value = read()
})

/** Goes to a place; an open sheet's step in the history is used up by it. */
export function go(to: string, replace = false): void {
  if (to === path.value) return
  if (replace || history.state?.sheet) {
    replacing = true
    location.replace(`#${to}`)
  } else location.hash = to
}

export function back(): void {
  if (history.length > 1) history.back()
  else go('/', true)
}

/** To the place above: a step back where one came from there, so that it does not stand in the history twice. */
export function up(to: string): void {
  if (from === to) history.back()
  else go(to, true)
}

/** `match('/branches/:id', '/branches/7')` is `{ id: '7' }`; null when it is another place. */
export function match(pattern: string, place: string): Record<string, string> | null {
  const want = pattern.split('/')
  const have = place.split('/')
  if (want.length !== have.length) return null
  const found: Record<string, string> = {}
  for (const [i, part] of want.entries()) {
    const piece = have[i] ?? ''
    if (part.startsWith(':')) found[part.slice(1)] = piece
    else if (part !== piece) return null
  }
  return found
}
