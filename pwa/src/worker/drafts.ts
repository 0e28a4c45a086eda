/** Whether somebody is writing words that are nowhere but on the screen: a reload would take them away. */

type Field = HTMLInputElement | HTMLTextAreaElement

const NO_WORDS = ['checkbox', 'radio', 'file', 'search', 'range', 'button', 'submit']
const typed = new Set<Field>()

/** What is looked for, and who signs in, is no work: it may stand in a field all day. */
const isWork = (input: HTMLInputElement): boolean =>
  !NO_WORDS.includes(input.type) && !input.matches('[enterkeyhint=search], [autocomplete=username]')

const isField = (target: unknown): target is Field =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && isWork(target))

/** A field that is kept by itself is a draft until it is left, also emptied: left as it was, the old words come back. */
const isDraft = (field: Field): boolean =>
  field.isConnected && (field.closest('[data-kept]') ? field === document.activeElement : field.value !== '')

/** Notes which fields are typed into, from now on. */
export function watchDrafts(): void {
  const note = ({ target }: Event) => {
    // a field holds the whole screen it was on: those of closed ones are let go
    for (const field of typed) if (!field.isConnected) typed.delete(field)
    if (isField(target)) typed.add(target)
  }
  document.addEventListener('input', note, true)
}

/** Whether words are being written. What was emptied, sent or closed is none any more. */
export function isDrafting(): boolean {
  for (const field of typed) if (!isDraft(field)) typed.delete(field)
  return typed.size > 0
}

const LOOK_EVERY = 500

const waiting = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined

function look(): void {
  clearTimeout(timer)
  if (isDrafting()) {
    timer = setTimeout(look, LOOK_EVERY)
    return
  }
  const all = [...waiting]
  waiting.clear()
  for (const then of all) then()
}

/** Calls `then` as soon as nothing is being written; once, however often the same is asked for. */
export function onceUndrafted(then: () => void): void {
  waiting.add(then)
  look()
}
