/** What is asked of a list, as it stands behind the `?` of its address: `q=qs&status=open&sort=-name&page=2`. */

/** The same list asked otherwise: empty leaves a thing out. Whatever changes but the page, the first page comes again. */
export function otherwise(query: string, changes: Record<string, string>): string {
  const asked = new URLSearchParams(query)
  if (!('page' in changes)) asked.delete('page')
  for (const [key, value] of Object.entries(changes)) {
    if (value) asked.set(key, value)
    else asked.delete(key)
  }
  if (asked.get('page') === '1') asked.delete('page')
  asked.sort()
  return asked.toString()
}

export const askedFor = (query: string, key: string): string => new URLSearchParams(query).get(key) ?? ''

/** The page asked for, from 1; whatever else stands there is the first. */
export function pageOf(query: string): number {
  const page = Number(askedFor(query, 'page'))
  return Number.isInteger(page) && page > 0 ? page : 1
}

/** What a list knows to be asked for. */
export interface Known {
  filters: readonly string[]
  sorts: readonly string[]
  /** The order it comes in by itself. */
  sort: string
  size: number
}

/** The order in which the list comes. */
export function sortOf(query: string, known: Known): string {
  const wanted = askedFor(query, 'sort')
  return known.sorts.includes(wanted.replace(/^-/, '')) ? wanted : known.sort
}

/** What goes to the server: only what the list knows, so that an old address still opens. */
export function toServer(query: string, known: Known): string {
  const sent = new URLSearchParams()
  for (const key of ['q', ...known.filters]) {
    const value = askedFor(query, key)
    if (value) sent.set(key, value)
  }
  sent.set('sort', sortOf(query, known))
  sent.set('page', String(pageOf(query)))
  sent.set('size', String(known.size))
  return sent.toString()
}

/** A tap on the head of a column: upwards, downwards, and as it was. */
export function nextSort(now: string, key: string): string {
  if (now === key) return `-${key}`
  return now === `-${key}` ? '' : key
}
