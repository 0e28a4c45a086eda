import { batch, signal } from '@preact/signals'

/** `#/branches?q=qs` is the place `/branches`, asked for `q=qs`. */
function read(): { place: string; asked: string } {
  const [place = '', ...asked] = location.hash.slice(1).split('?')
  return { place: decodeURI(place) || '/', asked: asked.join('?') }
}

/** The present place: what stands behind `#`, up to a `?`. */
export const path = signal(read().place)
/** What the place is asked for, behind its `?`, as it stands in the address; empty where there is none. */
export const query = signal(read().asked)
/** Where the last step forward began. */
let from: string | null = null
let replacing = false
addEventListener('hashchange', () => {
  if (!replacing) from = path.value
  replacing = false
  const { place, asked } = read()
  batch(() => {
    path.value = place
    query.value = asked
  })
})

/** Goes to a place; an open sheet's step in the history is used up by it. */
export function go(to: string, replace = false): void {
  if (to === (query.value ? `${path.value}?${query.value}` : path.value)) return
  if (replace || history.state?.sheet) {
    replacing = true
    location.replace(`#${to}`)
  } else location.hash = to
}

/** Asks the present place for something else: no step in the history (but an open sheet's, which is used up by it). */
export function ask(next: string): void {
  const to = next ? `${path.value}?${next}` : path.value
  if (history.state?.sheet) {
    go(to, true)
    return
  }
  history.replaceState(history.state, '', `#${encodeURI(path.value)}${to.slice(path.value.length)}`)
  query.value = next
}

export function back(): void {
  if (history.length > 1) history.back()
  else go('/', true)
}

/** To the place above: a step back where one came from there, so that it does not stand in the history twice. */
export function up(to: string): void {
  if (from === to.split('?')[0]) history.back()
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
