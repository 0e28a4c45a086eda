/** Views a person has saved of a list, on this device: each a name and what is asked. */

import { signal } from '@preact/signals'
import { session } from '../people/session.ts'

export interface View {
  name: string
  query: string
}

type Kept = Record<string, View[]>

const keyOf = () => `xunfang.views.${session.peek()?.person.id ?? ''}`

function read(): Kept {
  try {
    return JSON.parse(localStorage.getItem(keyOf()) ?? '{}') as Kept
  } catch {
    return {}
  }
}

/** Counts what was saved, so that screens draw it. */
const saved = signal(0)

export function viewsOf(list: string): View[] {
  saved.value
  return read()[list] ?? []
}

/** The page is no part of a view. */
export function viewQuery(query: string): string {
  const asked = new URLSearchParams(query)
  asked.delete('page')
  asked.sort()
  return asked.toString()
}

function put(list: string, views: View[]): void {
  try {
    localStorage.setItem(keyOf(), JSON.stringify({ ...read(), [list]: views }))
  } catch {
    // a full disk: what the list shows does not depend on it
  }
  saved.value += 1
}

/** Saves what is asked now; a view of the same name gives way. */
export function saveView(list: string, name: string, query: string): void {
  const others = viewsOf(list).filter((view) => view.name !== name)
  put(list, [...others, { name, query: viewQuery(query) }])
}

export function dropView(list: string, name: string): void {
  put(
    list,
    viewsOf(list).filter((view) => view.name !== name),
  )
}
